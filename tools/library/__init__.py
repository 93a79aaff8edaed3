"""The collection that is searched, cited and ingested into.

query → two routes → fused → asked again → reranked → Hit
"""
