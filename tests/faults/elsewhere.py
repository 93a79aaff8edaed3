"""The faults whose tests lie elsewhere, and where."""

from collections.abc import Sequence

__all__ = ["ELSEWHERE"]

_HERE = "tests/faults/test_milvus.py"
_LIBRARY = "tests/tools/library/test_library.py"
_SERVER = "tests/tools/milvus/test_server.py"
_KILLS = "tests/tools/library/test_kills.py"
ELSEWHERE: dict[str, Sequence[str]] = {
    "F43": (
        f"{_LIBRARY}::test_a_place_that_is_no_library_is_named",
        f"{_HERE}::test_f43_an_engine_that_dies_between_two_calls_ends_the_run",
        f"{_HERE}::test_f43_a_server_that_is_back_after_two_seconds_is_opened",
        (
            f"{_SERVER}::test_a_server_that_ends_during_an_ingestion_loses_and_repeats_"
            "nothing"
        ),
    ),
    "F44": (
        (
            f"{_SERVER}::test_a_wrong_token_and_none_are_told_from_a_server_that_is_not_"
            "there"
        ),
        f"{_LIBRARY}::test_a_missing_library_says_how_to_make_one",
        f"{_LIBRARY}::test_another_embedder_is_named_with_the_stored_one",
    ),
    "F45": (
        f"{_LIBRARY}::test_a_locked_and_a_foreign_file_have_texts_of_their_own",
        (
            f"{_LIBRARY}::test_a_library_of_the_other_embedded_engine_says_what_it_is_and_"
            "how_to_open_it"
        ),
    ),
    "F46": (
        f"{_HERE}::test_f46_a_collection_that_was_released_is_loaded",
        f"{_HERE}::test_f46_a_field_that_is_missing_is_named_at_once",
    ),
    "F47": (
        f"{_KILLS}::test_killed_ingestions_are_completed_without_loss_or_doubles",
        (
            f"{_KILLS}::test_a_full_disk_stops_in_words_and_the_same_command_goes_on_when_"
            "it_has_space"
        ),
    ),
    "F48": (
        f"{_HERE}::test_f48_a_message_that_is_too_large_is_halved_until_it_is_taken",
        f"{_HERE}::test_f48_a_load_that_hangs_ends_at_the_deadline",
    ),
}
"""Where the rows stand that no chat server plays a part in: `file::test`."""
