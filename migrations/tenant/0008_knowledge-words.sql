CREATE VIRTUAL TABLE knowledge_words USING fts5(base, heading, body, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2');
