"""The demonstration: invented people play a whole round on the real questionnaire and answers.

Everything goes through the services that the pages use. What is invented are people, opinions,
returns and rulings; no law is, for each answer cites the cell of the published workbook.
"""
