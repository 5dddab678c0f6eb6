-- +goose Up
CREATE TABLE audit (
    numero     INTEGER NOT NULL PRIMARY KEY CHECK (numero >= 1),
    quando     TEXT    NOT NULL,
    chi        TEXT    NOT NULL,
    cosa       TEXT    NOT NULL,
    oggetto    TEXT,
    dettaglio  TEXT,
    precedente TEXT    NOT NULL CHECK (length(precedente) = 64),
    impronta   TEXT    NOT NULL CHECK (length(impronta) = 64)
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'audit is append-only');
END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'audit is append-only');
END;
-- +goose StatementEnd
