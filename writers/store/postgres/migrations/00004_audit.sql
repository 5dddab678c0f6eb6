-- +goose Up
CREATE TABLE audit (
    numero     bigint           NOT NULL PRIMARY KEY CHECK (numero >= 1),
    quando     timestamptz      NOT NULL,
    chi        text COLLATE "C" NOT NULL,
    cosa       text COLLATE "C" NOT NULL,
    oggetto    text COLLATE "C",
    dettaglio  text COLLATE "C",
    precedente text COLLATE "C" NOT NULL CHECK (length(precedente) = 64),
    impronta   text COLLATE "C" NOT NULL CHECK (length(impronta) = 64)
);

-- +goose StatementBegin
CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit is append-only' USING ERRCODE = '55000';
END
$$;
-- +goose StatementEnd

CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_append_only();

CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
