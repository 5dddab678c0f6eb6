-- +goose Up
-- id_comunicazione is the protocol; where several documents have the same one, "#2" and so on follow from the second on.

CREATE TABLE comunicazioni (
    id_comunicazione   text COLLATE "C" NOT NULL PRIMARY KEY,
    protocollo         text COLLATE "C" NOT NULL,
    data_presentazione timestamptz,
    canale             text COLLATE "C",
    modello            text COLLATE "C",
    tipologia          text COLLATE "C",
    evento             text COLLATE "C",
    numero_domanda     text COLLATE "C",
    codice_fiscale     text COLLATE "C",
    sede               text COLLATE "C",
    lista              text COLLATE "C" NOT NULL CHECK (lista IN ('PERVENUTA', 'DA_LAVORARE', 'LAVORATA')),
    letto              boolean          NOT NULL,
    letto_il           timestamptz,
    esito              text COLLATE "C",
    data_elaborazione  date             NOT NULL,
    impronta           text COLLATE "C" NOT NULL,
    elenco             text COLLATE "C" NOT NULL DEFAULT 'DA_LAVORARE' CHECK (elenco IN ('PERVENUTE', 'DA_LAVORARE', 'LAVORATE'))
);

CREATE INDEX comunicazioni_sede ON comunicazioni (elenco, sede, (CASE WHEN data_presentazione IS NULL THEN '0001-01-01T00:00:00.000000Z' ELSE data_presentazione END) DESC, id_comunicazione);

CREATE INDEX comunicazioni_data ON comunicazioni (elenco, (CASE WHEN data_presentazione IS NULL THEN '0001-01-01T00:00:00.000000Z' ELSE data_presentazione END) DESC, id_comunicazione);

CREATE INDEX comunicazioni_protocollo ON comunicazioni (protocollo);

CREATE INDEX comunicazioni_persona ON comunicazioni (codice_fiscale);

CREATE INDEX comunicazioni_domanda ON comunicazioni (numero_domanda);

CREATE TABLE comunicazioni_prima (
    id_comunicazione   text COLLATE "C" NOT NULL PRIMARY KEY,
    protocollo         text COLLATE "C",
    data_presentazione timestamptz,
    canale             text COLLATE "C",
    modello            text COLLATE "C",
    tipologia          text COLLATE "C",
    evento             text COLLATE "C",
    numero_domanda     text COLLATE "C",
    codice_fiscale     text COLLATE "C",
    sede               text COLLATE "C",
    lista              text COLLATE "C",
    letto              boolean,
    letto_il           timestamptz,
    esito              text COLLATE "C",
    data_elaborazione  date,
    impronta           text COLLATE "C",
    esisteva           boolean          NOT NULL
);

-- elenco is the list that the row is in today, but for what is held: kept by nights and by operators.
ALTER TABLE eccezioni ADD COLUMN elenco text COLLATE "C" NOT NULL DEFAULT 'DA_LAVORARE' CHECK (elenco IN ('DA_LAVORARE', 'LAVORATE', 'CHIUSE'));

DROP INDEX eccezioni_sede;

CREATE INDEX eccezioni_sede_priorita ON eccezioni (elenco, sede, priorita, (CASE WHEN scadenza IS NULL THEN '9999-12-31' ELSE scadenza END), id_eccezione, classe, codice, prima_elaborazione);

CREATE INDEX eccezioni_priorita ON eccezioni (elenco, priorita, (CASE WHEN scadenza IS NULL THEN '9999-12-31' ELSE scadenza END), id_eccezione);

CREATE INDEX eccezioni_sede_scadenza ON eccezioni (elenco, sede, (CASE WHEN scadenza IS NULL THEN '9999-12-31' ELSE scadenza END), id_eccezione);

CREATE INDEX eccezioni_scadenza ON eccezioni (elenco, (CASE WHEN scadenza IS NULL THEN '9999-12-31' ELSE scadenza END), id_eccezione);

CREATE INDEX eccezioni_sede_data ON eccezioni (elenco, sede, (CASE WHEN prima_elaborazione IS NULL THEN '0001-01-01' ELSE prima_elaborazione END) DESC, id_eccezione);

CREATE INDEX eccezioni_data ON eccezioni (elenco, (CASE WHEN prima_elaborazione IS NULL THEN '0001-01-01' ELSE prima_elaborazione END) DESC, id_eccezione);

CREATE INDEX eccezioni_codice ON eccezioni (elenco, codice, priorita, (CASE WHEN scadenza IS NULL THEN '9999-12-31' ELSE scadenza END), id_eccezione);

CREATE INDEX eccezioni_classe ON eccezioni (elenco, classe, priorita, (CASE WHEN scadenza IS NULL THEN '9999-12-31' ELSE scadenza END), id_eccezione);

CREATE INDEX eccezioni_protocollo ON eccezioni (protocollo);

CREATE TABLE schede (
    id_scheda          text COLLATE "C" NOT NULL PRIMARY KEY,
    tipo               text COLLATE "C" NOT NULL CHECK (tipo IN ('ECCEZIONE', 'COMUNICAZIONE', 'CAMPIONE', 'QUESITO')),
    id                 text COLLATE "C" NOT NULL,
    sede               text COLLATE "C",
    giorno             date             NOT NULL,
    numero_domanda     text COLLATE "C",
    protocollo_domanda text COLLATE "C",
    codice_fiscale     text COLLATE "C",
    regola             text COLLATE "C",
    tipo_azione        text COLLATE "C",
    impronta           text COLLATE "C" NOT NULL,
    contenuto          text COLLATE "C" NOT NULL,
    data_elaborazione  date             NOT NULL,
    elenco             text COLLATE "C" NOT NULL DEFAULT 'DA_LAVORARE' CHECK (elenco IN ('DA_LAVORARE', 'LAVORATE'))
);

CREATE INDEX schede_elenco ON schede (tipo, elenco, giorno DESC, id);

CREATE INDEX schede_sede ON schede (tipo, elenco, sede, giorno DESC, id);

CREATE INDEX schede_giorno ON schede (tipo, sede, giorno, id);

CREATE INDEX schede_domanda ON schede (protocollo_domanda);

CREATE TABLE schede_prima (
    id_scheda          text COLLATE "C" NOT NULL PRIMARY KEY,
    tipo               text COLLATE "C",
    id                 text COLLATE "C",
    sede               text COLLATE "C",
    giorno             date,
    numero_domanda     text COLLATE "C",
    protocollo_domanda text COLLATE "C",
    codice_fiscale     text COLLATE "C",
    regola             text COLLATE "C",
    tipo_azione        text COLLATE "C",
    impronta           text COLLATE "C",
    contenuto          text COLLATE "C",
    data_elaborazione  date,
    esisteva           boolean          NOT NULL
);
