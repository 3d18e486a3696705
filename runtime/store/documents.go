package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
)

func sum(file []byte) []byte {
	h := sha256.Sum256(file)
	return h[:]
}

func hexHash(hash []byte) string { return hex.EncodeToString(hash) }

// DocumentHash is the name under which a flow file is kept: its SHA-256 in hex.
func DocumentHash(file []byte) string { return hexHash(sum(file)) }

func keepDocument(t *tx, hash, file []byte) error {
	return t.do(`INSERT INTO documents (hash, file) VALUES (?, ?) ON CONFLICT (hash) DO NOTHING`, hash, notNil(file))
}

// Document returns the flow file that a run or a version names by its hash.
// Errors: *NotFoundError, *CorruptError.
func (s *Store) Document(ctx context.Context, hash string) ([]byte, error) {
	var file []byte
	found := false
	key, err := hex.DecodeString(hash)
	if err == nil {
		err = s.read(ctx, func(q querier) (err error) {
			found, err = row(q, []any{&file}, `SELECT file FROM documents WHERE hash = ?`, key)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	if !found {
		return nil, &NotFoundError{What: "document", Name: hash}
	}
	return file, checkDocument(hash, file)
}

func checkDocument(hash string, file []byte) error {
	key, err := hex.DecodeString(hash)
	if err != nil || !bytes.Equal(key, sum(file)) {
		return &CorruptError{Row: "the flow file " + hash}
	}
	return nil
}
