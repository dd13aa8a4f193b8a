"""The site of a release as files, for any host of static files.

places → asking → links → site → store_page, search_index → export
"""
