-- +goose Up

-- segno: digest of all that a row says but its state and night, by which the next night knows that it says nothing new. NULL: not known.
ALTER TABLE eccezioni ADD COLUMN segno bigint;

ALTER TABLE eccezioni_prima ADD COLUMN segno bigint;
