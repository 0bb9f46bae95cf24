/**
 * Full text is an FTS5 table without content of its own: it holds the stems of words, made by the same function for
 * passages and questions, under the number of the passage.
 */

/** Document, time, older than which nobody works on it any more. */
export const claimDocument = `UPDATE knowledge_documents
  SET status = 'reading', attempts = attempts + 1, error = NULL, updated_at = ?2
  WHERE id = ?1 AND (status = 'queued' OR (status = 'reading' AND updated_at < ?3))
  RETURNING id`;

/** Document, time. Another document of the same content may come at once. */
export const markDeleting = `UPDATE knowledge_documents SET status = 'deleting', sha256 = NULL, updated_at = ?2 WHERE id = ?1`;

/** Document, time. What was read before stays until it is replaced. */
export const reindexDocument = `UPDATE knowledge_documents
  SET status = 'queued', revision = revision + 1, attempts = 0, error = NULL, updated_at = ?2
  WHERE id = ?1 AND status <> 'deleting'`;

/** Document, revision, time: it is somebody else's turn, now or later. */
export const releaseDocument = `UPDATE knowledge_documents SET status = 'queued', updated_at = ?3
  WHERE id = ?1 AND revision = ?2 AND status = 'reading'`;

/** Document, revision, reason, time. */
export const failDocument = `UPDATE knowledge_documents SET status = 'failed', error = ?3, updated_at = ?4
  WHERE id = ?1 AND revision = ?2 AND status = 'reading'`;

const WORDS_OF_DOCUMENT = `SELECT number FROM knowledge_chunks WHERE document_id = ?1`;
/** Document. */
export const deleteWordsOfDocument = `DELETE FROM knowledge_words WHERE rowid IN (${WORDS_OF_DOCUMENT})`;
export const deleteChunksOfDocument = `DELETE FROM knowledge_chunks WHERE document_id = ?1`;
/** Base. */
export const deleteWordsOfBase = `DELETE FROM knowledge_words
  WHERE rowid IN (SELECT number FROM knowledge_chunks WHERE base_id = ?1)`;
export const deleteChunksOfBase = `DELETE FROM knowledge_chunks WHERE base_id = ?1`;

const IN_WORK = `EXISTS (SELECT 1 FROM knowledge_documents WHERE id = ?1 AND revision = ?2 AND status = 'reading')`;

/** Document, revision, base, `[n, heading, body, language, heading's words, body's words]` rows. */
export const insertChunks = `INSERT INTO knowledge_chunks (document_id, n, base_id, heading, body, language, embedded)
  SELECT ?1, value->>0, ?3, value->>1, value->>2, value->>3, 0 FROM json_each(?4) WHERE ${IN_WORK}`;
export const insertChunkWords = `INSERT INTO knowledge_words (rowid, base, heading, body)
  SELECT chunk.number, ?3, value->>4, value->>5 FROM json_each(?4)
  JOIN knowledge_chunks AS chunk ON chunk.document_id = ?1 AND chunk.n = value->>0 WHERE ${IN_WORK}`;
/** Document, revision, how many, language, whether text was left out, time. */
export const markChunked = `UPDATE knowledge_documents
  SET chunked_revision = ?2, chunks = ?3, embedded = 0, vectors = max(vectors, ?3), language = ?4, truncated = ?5, updated_at = ?6
  WHERE id = ?1 AND revision = ?2 AND status = 'reading' RETURNING id`;

/** Document, limit. */
export const selectUnembedded = `SELECT n, heading, body FROM knowledge_chunks
  WHERE document_id = ?1 AND embedded = 0 ORDER BY n LIMIT ?2`;
/** Document, places. */
export const markChunksEmbedded = `UPDATE knowledge_chunks SET embedded = 1
  WHERE document_id = ?1 AND n IN (SELECT value FROM json_each(?2))`;
/** Document, revision, time. The count is taken anew, so that a repeat counts nothing twice. */
export const countEmbedded = `UPDATE knowledge_documents
  SET embedded = (SELECT count(*) FROM knowledge_chunks WHERE document_id = ?1 AND embedded = 1), updated_at = ?3
  WHERE id = ?1 AND revision = ?2 AND status = 'reading' RETURNING id`;
/** Document, revision, time. */
export const finishDocument = `UPDATE knowledge_documents SET status = 'ready', vectors = chunks, attempts = 0, updated_at = ?3
  WHERE id = ?1 AND revision = ?2 AND status = 'reading'`;

const CHUNK = `chunk.document_id AS documentId, chunk.n, chunk.base_id AS baseId, document.title, chunk.heading,
  chunk.body AS text, chunk.language`;

/** Match expression, limit. A heading says in few words what its passage is about, so its words weigh more. */
export const searchChunks = `SELECT ${CHUNK}, -found.score AS score FROM
  (SELECT rowid, bm25(knowledge_words, 0.0, 1.6, 1.0) AS score FROM knowledge_words
    WHERE knowledge_words MATCH ?1 ORDER BY score LIMIT ?2) AS found
  JOIN knowledge_chunks AS chunk ON chunk.number = found.rowid
  JOIN knowledge_documents AS document ON document.id = chunk.document_id
  ORDER BY found.score, chunk.number`;

/** `[document, n]` places, bases. What was deleted is not found any more, whatever the vectors still say. */
export const chunksAt = `SELECT ${CHUNK} FROM json_each(?1) AS place
  JOIN knowledge_chunks AS chunk ON chunk.document_id = place.value->>0 AND chunk.n = place.value->>1
  JOIN knowledge_documents AS document ON document.id = chunk.document_id
  WHERE chunk.base_id IN (SELECT value FROM json_each(?2))`;
