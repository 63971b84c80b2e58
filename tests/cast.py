"""Who lives in the small world of tests/world.py, by keys that say where each stands.

The names are such as no text of ours holds by chance: a page that lets one slip is caught by
looking for it.
"""

NAMES = {
    "head": "Hedwig Narwhalson",
    "coordinator": "Corisande Axolotl-Vane",
    "observer": "Obadiah Tapirowski",
    "publisher_1": "Perpetua Okapinska",
    "publisher_2": "Pomponius Dugongard",
    "adjudicator": "Adelgunde Pangolinez",
    "stranger": "Serafino Kakapotti",
    "EE_a_1": "Ottilie Quokkastein",
    "EE_b_1": "Balthasar Wombatsky",
    "EE_b_2": "Bartholda Numbatova",
    "EE_b_delegate": "Delphine Bilbyrud",
    "PT_a_1": "Alcides Fossanova",
    "PT_b_1": "Benvinda Kinkajouro",
    "EE_reviewer_1": "Reinhilde Aardwolfsen",
    "EE_reviewer_2": "Ruprecht Capybarakis",
    "EE_reviewer_3": "Radegund Echidnarsson",
    "PT_reviewer_1": "Rosamund Thylacinek",
    "PT_reviewer_2": "Rutger Zorillaman",
}
EXPERTS = {
    ("EE", "a", 1): "EE_a_1",
    ("EE", "b", 1): "EE_b_1",
    ("EE", "b", 2): "EE_b_2",
    ("PT", "a", 1): "PT_a_1",
    ("PT", "b", 1): "PT_b_1",
}
REVIEWERS = {
    "EE": ("EE_reviewer_1", "EE_reviewer_2", "EE_reviewer_3"),
    "PT": ("PT_reviewer_1", "PT_reviewer_2"),
}
REVIEW_SIDE = (*REVIEWERS["EE"], *REVIEWERS["PT"], "adjudicator")
EXPERT_SIDE = (*EXPERTS.values(), "EE_b_delegate")
