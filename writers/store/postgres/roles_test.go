package postgres

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"incrocio/fixtures/pgtest"
	"incrocio/writers/store"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// site is a database with the store's schema and its roles, a login of each among them.
type site struct {
	t      *testing.T
	url    string // of the superuser
	prefix string
	root   *pgx.Conn
	logins map[string]string // URLs by role
}

// newSite makes one; roles are those of the whole server, so each site has a prefix.
func newSite(t *testing.T, prefix string) *site {
	t.Helper()
	s := &site{t: t, url: pgtest.Start(t), prefix: prefix, logins: map[string]string{}}
	s.root = s.connect(s.url)
	s.exec(s.root, "CREATE TABLE domande (numero_domanda text, sede text)")
	st, err := Open(t.Context(), s.url, store.Options{})
	if err == nil {
		err = st.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	s.grant()
	for _, which := range []string{roleOwner, roleRun, roleConsole, roleAnalyst} {
		login := prefix + "_login_" + which
		s.exec(s.root, "CREATE ROLE "+login+" LOGIN IN ROLE "+s.role(which))
		s.logins[which] = as(t, s.url, login)
	}
	return s
}

// as gives a URL for another user.
func as(t *testing.T, at, user string) string {
	t.Helper()
	u, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.User(user)
	return u.String()
}

func (s *site) role(which string) string { return s.prefix + "_" + which }

func (s *site) grant() Granted {
	s.t.Helper()
	g, err := GrantRoles(s.t.Context(), s.url, s.prefix, store.Options{})
	if err != nil {
		s.t.Fatal(err)
	}
	return g
}

func (s *site) connect(at string) *pgx.Conn {
	s.t.Helper()
	c, err := pgx.Connect(s.t.Context(), at)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = c.Close(context.Background()) })
	return c
}

func (s *site) exec(c *pgx.Conn, text string, args ...any) {
	s.t.Helper()
	if _, err := c.Exec(s.t.Context(), text, args...); err != nil {
		s.t.Fatalf("%s: %v", text, err)
	}
}

// list gives the texts of a query of the superuser.
func (s *site) list(text string, args ...any) []string {
	s.t.Helper()
	rows, err := s.root.Query(s.t.Context(), text, args...)
	if err != nil {
		s.t.Fatalf("%s: %v", text, err)
	}
	out, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		s.t.Fatalf("%s: %v", text, err)
	}
	return out
}

// refused runs a statement and takes it back. It gives the SQLSTATE it was refused with, "" where it was not.
func refused(t *testing.T, c *pgx.Conn, text string, args ...any) string {
	t.Helper()
	tx, err := c.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(t.Context()) }()
	return state(t, tx, text, args...)
}

func state(t *testing.T, tx pgx.Tx, text string, args ...any) string {
	t.Helper()
	_, err := tx.Exec(t.Context(), text, args...)
	var server *pgconn.PgError
	if err != nil && !errors.As(err, &server) {
		t.Fatalf("%s: %v", text, err)
	}
	if server != nil {
		return server.Code
	}
	return ""
}

const denied = "42501" // insufficient_privilege

// objects are the tables and views of the schema, with their columns.
func (s *site) objects() map[string][]string {
	out := map[string][]string{}
	for _, name := range s.list(`SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind NOT IN ('i', 'S', 'I', 't')`) {
		out[name] = s.list(`SELECT attname::text FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`, name)
	}
	return out
}

// undeclared names the tables and views of which nothing is declared.
func undeclared(there map[string][]string) (names []string) {
	for name := range there {
		isTable := slices.ContainsFunc(relations, func(r relation) bool { return r.name == name })
		isView := slices.ContainsFunc(views, func(v view) bool { return v.name == name })
		if !isTable && !isView {
			names = append(names, name)
		}
	}
	return names
}

// may says what is declared: the columns, nil for nothing and all of them for "*".
func may(which, object, verb string, columns []string) []string {
	rights := ""
	for _, r := range relations {
		if r.name != object {
			continue
		}
		rights = map[string]string{roleRun: r.run, roleConsole: r.console, roleOwner: "SELECT, INSERT, UPDATE, DELETE, TRUNCATE, CREATE"}[which]
		if r.outside && which == roleOwner {
			rights = ""
		}
	}
	for _, v := range views {
		if v.name == object && (which == roleOwner || which == roleAnalyst) {
			rights = map[string]string{roleOwner: "SELECT, CREATE", roleAnalyst: "SELECT"}[which]
		}
	}
	switch only := parse(rights)[verb]; only {
	case "":
		return nil
	case whole:
		return columns
	default:
		return strings.Split(only, ", ")
	}
}

// TestRoleMatrix carries out every verb on every table and view as a login of every role, whole and column by column, and
// wants exactly those refused that are not declared.
func TestRoleMatrix(t *testing.T) {
	s := newSite(t, "matrice")
	there := s.objects()
	if names := undeclared(there); len(names) > 0 {
		t.Fatalf("nothing is declared of %v", names)
	}
	if want := len(relations) + len(views); len(there) != want {
		t.Errorf("%d tables and views, %d are declared", len(there), want)
	}
	cells := 0
	for _, which := range []string{roleOwner, roleRun, roleConsole, roleAnalyst} {
		c := s.connect(s.logins[which])
		for name, columns := range there {
			isView := strings.HasPrefix(name, "v_")
			for _, verb := range []string{"SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "CREATE"} {
				if isView && which == roleOwner && verb != "SELECT" && verb != "CREATE" {
					continue // what the owner may write is a matter of the tables
				}
				cells++
				allowed := may(which, name, verb, columns)
				for text, columns := range attempts(name, verb, columns) {
					want := len(columns) > 0 && !slices.ContainsFunc(columns, func(c string) bool { return !slices.Contains(allowed, c) }) ||
						len(columns) == 0 && len(allowed) > 0
					got := refused(t, c, text)
					switch {
					case want && got != "" && !otherwise(name, verb, got):
						t.Errorf("%s may not %s: %s", which, text, got)
					case !want && got != denied && !isView, !want && got == "":
						t.Errorf("%s may %s: %q", which, text, got)
					}
				}
			}
		}
	}
	t.Logf("%d cells", cells)
	s.places(t)
	s.newTable(t)
}

// attempts are the statements of a verb, each with the columns it touches; none for one that touches no column.
func attempts(name, verb string, columns []string) map[string][]string {
	out := map[string][]string{}
	nulls := strings.Repeat(", NULL", len(columns))[2:]
	switch verb {
	case "SELECT":
		out["SELECT * FROM "+name+" LIMIT 0"] = columns
	case "INSERT":
		out["INSERT INTO "+name+" SELECT "+nulls+" WHERE false"] = columns
	case "DELETE":
		out["DELETE FROM "+name+" WHERE false"] = nil
	case "TRUNCATE":
		out["TRUNCATE "+name] = nil
	case "CREATE":
		out["CREATE INDEX ON "+name+" ("+columns[0]+")"] = nil
		if strings.HasPrefix(name, "v_") {
			out = map[string][]string{"ALTER VIEW " + name + " RENAME TO altro": nil}
		}
	}
	for _, c := range columns {
		switch verb {
		case "SELECT":
			out["SELECT "+c+" FROM "+name+" LIMIT 0"] = []string{c}
		case "INSERT":
			out["INSERT INTO "+name+" ("+c+") SELECT NULL WHERE false"] = []string{c}
		case "UPDATE":
			out["UPDATE "+name+" SET "+c+" = NULL WHERE false"] = []string{c}
		}
	}
	return out
}

// otherwise tells whether the owner, who may, is kept from it by something else: the trigger of audit, a foreign key.
func otherwise(name, verb, state string) bool {
	return verb == "TRUNCATE" && (name == "audit" && state == "55000" || name == "notti" && state == "0A000")
}

// places tries what the roles may do with schema, database and functions.
func (s *site) places(t *testing.T) {
	t.Helper()
	for which, want := range map[string][4]bool{ // a table, a temporary one, a schema, a role
		roleOwner: {true, true, false, false}, roleRun: {false, true, false, false}, roleConsole: {}, roleAnalyst: {},
	} {
		c := s.connect(s.logins[which])
		for i, text := range []string{"CREATE TABLE nuova (a int)", "CREATE TEMPORARY TABLE nuova (a int)", "CREATE SCHEMA nuovo", "CREATE ROLE nuovo"} {
			if got := refused(t, c, text); got == "" != want[i] || got != "" && got != denied {
				t.Errorf("%s, %s: %q", which, text, got)
			}
		}
		if which == roleOwner {
			continue
		}
		if got := refused(t, c, "CREATE TRIGGER nuovo BEFORE INSERT ON audit FOR EACH ROW EXECUTE FUNCTION audit_append_only()"); got != denied {
			t.Errorf("%s, trigger: %q", which, got)
		}
		if got := refused(t, c, "SET ROLE "+s.role(roleOwner)); got != denied {
			t.Errorf("%s becomes the owner: %q", which, got)
		}
	}
	if got := s.list(`SELECT rolname::text FROM pg_roles WHERE rolname = ANY ($1) AND NOT (rolsuper OR rolbypassrls OR rolcreaterole OR
		rolcreatedb OR rolreplication OR rolcanlogin OR rolinherit) ORDER BY 1`, s.names()); len(got) != 4 {
		t.Errorf("only %v have no attribute", got)
	}
	if got := s.list(`SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace`); !slices.Equal(got, []string{"audit_append_only"}) {
		t.Errorf("functions %v", got)
	}
}

func (s *site) names() []string {
	return []string{s.role(roleOwner), s.role(roleRun), s.role(roleConsole), s.role(roleAnalyst)}
}

// newTable adds a table as a migration would that nobody declares: it is noticed, and nobody may do anything with it.
func (s *site) newTable(t *testing.T) {
	t.Helper()
	s.exec(s.root, "CREATE TABLE nuova (sede text)")
	if got := undeclared(s.objects()); !slices.Equal(got, []string{"nuova"}) {
		t.Errorf("undeclared: %v", got)
	}
	if got := s.grant(); len(got.Changed) > 0 {
		t.Errorf("changed %v", got.Changed)
	}
	for _, which := range []string{roleRun, roleConsole, roleAnalyst} {
		if got := refused(t, s.connect(s.logins[which]), "SELECT FROM nuova"); got != denied {
			t.Errorf("%s: %q", which, got)
		}
	}
}

func TestRowSecurity(t *testing.T) {
	s := newSite(t, "righe")
	s.fill()
	t.Run("every table with a sede", func(t *testing.T) { s.everySede(t) })
	t.Run("rows of other sedi", func(t *testing.T) { s.otherSedi(t) })
	t.Run("the owner", func(t *testing.T) { s.ownerToo(t) })
}

// everySede wants row security on every table with a column sede, for the owner too, and on no other.
func (s *site) everySede(t *testing.T) {
	t.Helper()
	secured := s.list(`SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relrowsecurity AND relforcerowsecurity ORDER BY 1`)
	withSede := s.list(`SELECT c.relname::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'sede' AND NOT a.attisdropped
		WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND c.relname <> 'domande' ORDER BY 1`)
	if !slices.Equal(secured, withSede) || len(secured) < 12 {
		t.Errorf("secured %v, with a sede %v", secured, withSede)
	}
	for i := range relations {
		r := &relations[i]
		if r.sede != slices.Contains(secured, r.name) {
			t.Errorf("%s: declared %v", r.name, r.sede)
		}
		var want []string
		if r.sede && r.console != "" {
			want = append(want, "console PERMISSIVE ALL righe_console")
		}
		if r.sede {
			want = append(want, "owner PERMISSIVE ALL righe_owner", "run PERMISSIVE ALL righe_run")
		}
		got := s.list(`SELECT policyname || ' ' || permissive || ' ' || cmd || ' ' || array_to_string(roles, ' ') FROM pg_policies
			WHERE schemaname = 'public' AND tablename = $1 ORDER BY 1`, r.name)
		if !slices.Equal(got, want) {
			t.Errorf("%s: policies %v, want %v", r.name, got, want)
		}
	}
}

// fill puts into every table with a sede one row of 7000, one of 4900 and one of none. Their keys end in 1, 2 and 3.
func (s *site) fill() {
	s.exec(s.root, `INSERT INTO notti (data_elaborazione, revisione, stato, manifesto, cartella, versione_regole, contatori, gettone, preparata_il)
		VALUES ('2014-09-01', 1, 'PUBBLICATA', repeat('0', 64), 'r', 'v', '{}', 1, now())`)
	for i := range relations {
		if r := &relations[i]; r.sede {
			for n, sede := range []any{"7000", "4900", nil} {
				text, args := s.row(r.name, n+1, sede)
				s.exec(s.root, text, args...)
			}
		}
	}
}

// row is a statement that adds a row to a table: values that its columns take, in the order of nothing in particular.
func (s *site) row(table string, n int, sede any) (string, []any) {
	s.t.Helper()
	rows, err := s.root.Query(s.t.Context(), `SELECT attname::text, atttypid::regtype::text FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0
		AND attnotnull AND NOT atthasdef`, table)
	if err != nil {
		s.t.Fatal(err)
	}
	defer rows.Close()
	names, values := []string{"sede"}, []string{"$1"}
	for rows.Next() {
		var name, kind string
		if err := rows.Scan(&name, &kind); err != nil {
			s.t.Fatal(err)
		}
		value, ok := map[string]string{
			"tipo": "'ECCEZIONE'", "lista": "'DA_LAVORARE'", "operazione": "'NUOVA'", "stato": "'NUOVA'", "numero": fmt.Sprint(n),
		}[name]
		if table == "lavori" && name == "stato" {
			value = "'DA_LAVORARE'"
		}
		if !ok {
			value = map[string]string{
				"text": fmt.Sprintf("'x%d'", n), "integer": "1", "bigint": "1", "boolean": "false", "date": "'2014-09-01'",
				"timestamp with time zone": "'2014-09-01'",
			}[kind]
		}
		names, values = append(names, name), append(values, value)
	}
	if rows.Err() != nil {
		s.t.Fatal(rows.Err())
	}
	return "INSERT INTO " + table + " (" + strings.Join(names, ", ") + ") VALUES (" + strings.Join(values, ", ") + ")", []any{sede}
}

// number runs a query in a transaction for sedi, "unset" for none set, and takes it back.
func (s *site) number(c *pgx.Conn, sedi, text string) (n int) {
	s.t.Helper()
	tx, err := c.Begin(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(s.t.Context()) }()
	s.scope(tx, sedi)
	if err := tx.QueryRow(s.t.Context(), text).Scan(&n); err != nil {
		s.t.Fatalf("%s: %v", text, err)
	}
	return n
}

func (s *site) scope(tx pgx.Tx, sedi string) {
	s.t.Helper()
	if sedi == "unset" {
		return
	}
	if _, err := tx.Exec(s.t.Context(), "SELECT set_config('incrocio.sedi', $1, true)", sedi); err != nil {
		s.t.Fatal(err)
	}
}

// otherSedi has a console for 7000 ask for what belongs to 4900 or to no sede, by everything that it may do.
func (s *site) otherSedi(t *testing.T) {
	t.Helper()
	c := s.connect(s.logins[roleConsole])
	for i := range relations {
		r := &relations[i]
		if !r.sede || r.console == "" {
			continue
		}
		for sedi, want := range map[string]int{
			"7000": 1, "4900": 1, "7000,4900": 2, "*": 3, "unset": 0, "": 0, "1,2": 0, "70": 0, "7000 ": 0, "%": 0, "7000,*": 1, ",": 0,
		} {
			if n := s.number(c, sedi, "SELECT count(*) FROM "+r.name); n != want {
				t.Errorf("%s for %q: %d rows, want %d", r.name, sedi, n, want)
			}
		}
		for _, where := range []string{"sede = '4900'", "sede IS NULL", "sede <> '7000'", s.key(r.name, 2), s.key(r.name, 3)} {
			if n := s.number(c, "7000", "SELECT count(*) FROM "+r.name+" WHERE "+where); n != 0 {
				t.Errorf("%s where %s: %d rows", r.name, where, n)
			}
		}
		s.writes(t, c, r)
	}
	for name, sedi := range map[string]string{roleOwner: "unset", roleRun: "unset"} {
		c := s.connect(s.logins[name])
		for i := range relations {
			if r := &relations[i]; r.sede {
				if n := s.number(c, sedi, "SELECT count(*) FROM "+r.name); n != 3 {
					t.Errorf("%s sees %d rows of %s", name, n, r.name)
				}
			}
		}
	}
}

// key is the condition that finds the n-th row of a table by its own column.
func (s *site) key(table string, n int) string {
	id := s.list(`SELECT a.attname::text FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
		WHERE i.indrelid = $1::regclass AND i.indisprimary AND a.attname <> 'tipo' AND a.attname NOT IN ('data_elaborazione', 'revisione')`, table)[0]
	if id == "numero" {
		return fmt.Sprintf("numero = %d", n)
	}
	return fmt.Sprintf("%s = 'x%d'", id, n)
}

// writes tries to change and to add rows of another sede.
func (s *site) writes(t *testing.T, c *pgx.Conn, r *relation) {
	t.Helper()
	rights := parse(r.console)
	if column := rights["UPDATE"]; column != "" {
		column = strings.Split(column, ", ")[0]
		if column == whole {
			column = "id"
		}
		for where, want := range map[string]int64{s.key(r.name, 1): 1, s.key(r.name, 2): 0, s.key(r.name, 3): 0, "sede = '4900'": 0, "true": 1} {
			tx := s.begin(c, "7000")
			tag, err := tx.Exec(t.Context(), "UPDATE "+r.name+" SET "+column+" = "+column+" WHERE "+where)
			if err != nil || tag.RowsAffected() != want {
				t.Errorf("update %s where %s: %v %v, want %d", r.name, where, tag, err, want)
			}
			_ = tx.Rollback(t.Context())
		}
		tx := s.begin(c, "7000")
		if got := state(t, tx, "UPDATE "+r.name+" SET sede = '4900'"); got != denied {
			t.Errorf("%s is moved to another sede: %q", r.name, got)
		}
		_ = tx.Rollback(t.Context())
	}
	if rights["INSERT"] == "" {
		return
	}
	for sede, want := range map[string]string{"7000": "", "4900": denied, "": denied} {
		text, args := s.row(r.name, 9, nil)
		if sede != "" {
			args = []any{sede}
		}
		tx := s.begin(c, "7000")
		if got := state(t, tx, text, args...); got != want {
			t.Errorf("insert into %s of %q: %q, want %q", r.name, sede, got, want)
		}
		_ = tx.Rollback(t.Context())
	}
	text, args := s.row(r.name, 9, nil)
	tx := s.begin(c, "*")
	if got := state(t, tx, text, args...); got != "" {
		t.Errorf("insert into %s without sede, for all: %q", r.name, got)
	}
	_ = tx.Rollback(t.Context())
}

func (s *site) begin(c *pgx.Conn, sedi string) pgx.Tx {
	s.t.Helper()
	tx, err := c.Begin(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	s.scope(tx, sedi)
	return tx
}

// ownerToo shows that row security holds for the owner: it is a policy that lets it through, not that it owns the table.
func (s *site) ownerToo(t *testing.T) {
	t.Helper()
	c := s.connect(s.logins[roleOwner])
	tx := s.begin(c, "unset")
	defer func() { _ = tx.Rollback(t.Context()) }()
	for i := range relations {
		r := &relations[i]
		if !r.sede {
			continue
		}
		var with, without int
		if err := tx.QueryRow(t.Context(), "SELECT count(*) FROM "+r.name).Scan(&with); err != nil {
			t.Fatal(err)
		}
		if got := state(t, tx, "DROP POLICY owner ON "+r.name); got != "" {
			t.Fatal(got)
		}
		if err := tx.QueryRow(t.Context(), "SELECT count(*) FROM "+r.name).Scan(&without); err != nil {
			t.Fatal(err)
		}
		if with != 3 || without != 0 {
			t.Errorf("%s: %d rows with the policy, %d without", r.name, with, without)
		}
	}
}

// TestRolesAgain grants a second time, and after everything was put out of order.
func TestRolesAgain(t *testing.T) {
	s := newSite(t, "ancora")
	if g := s.grant(); len(g.Changed) > 0 {
		t.Errorf("the second time: %v", g.Changed)
	}
	run, console, analyst, owner := s.role(roleRun), s.role(roleConsole), s.role(roleAnalyst), s.role(roleOwner)
	for _, text := range []string{
		"GRANT SELECT ON utenti TO " + analyst,
		"GRANT SELECT (segreto) ON utenti TO PUBLIC",
		"GRANT UPDATE ON audit TO " + run + " WITH GRANT OPTION",
		"REVOKE INSERT ON lavori FROM " + console,
		"GRANT DELETE ON domande TO " + console,
		"ALTER ROLE " + run + " LOGIN CREATEDB INHERIT",
		"ALTER ROLE " + console + " SUPERUSER BYPASSRLS",
		"GRANT " + owner + " TO " + console,
		"GRANT pg_read_all_data TO " + analyst,
		"ALTER TABLE eccezioni NO FORCE ROW LEVEL SECURITY",
		"ALTER TABLE lavori DISABLE ROW LEVEL SECURITY",
		"CREATE POLICY altra ON schede TO " + console + " USING (true)",
		"ALTER POLICY console ON eccezioni USING (true)",
		"DROP POLICY run ON eccezioni",
		"ALTER TABLE notti OWNER TO CURRENT_USER",
		"DROP VIEW v_notti",
		"CREATE OR REPLACE VIEW v_eccezioni AS SELECT *, 1 AS altro FROM v_eccezioni_storia LIMIT 0",
		"GRANT CREATE ON SCHEMA public TO PUBLIC",
		"GRANT TEMPORARY ON DATABASE " + s.list("SELECT current_database()::text")[0] + " TO PUBLIC",
		"GRANT EXECUTE ON FUNCTION audit_append_only() TO PUBLIC",
	} {
		if strings.HasPrefix(text, "CREATE OR REPLACE VIEW") {
			s.exec(s.root, "DROP VIEW v_eccezioni")
		}
		s.exec(s.root, text)
	}
	g := s.grant()
	if len(g.Changed) < 25 {
		t.Errorf("%d changes: %v", len(g.Changed), g.Changed)
	}
	for _, want := range []string{
		"- utenti: SELECT a " + analyst, "- utenti: SELECT (segreto) a PUBLIC", "- audit: UPDATE a " + run + " con facoltà di concederlo",
		"+ lavori: INSERT a " + console, "- " + console + " membro di " + owner, "+ eccezioni: sicurezza per riga, anche per il proprietario",
		"+ notti di " + owner, "- schema public: CREATE a PUBLIC", "- domande: DELETE a " + console,
	} {
		if !slices.Contains(g.Changed, want) {
			t.Errorf("no line %q", want)
		}
	}
	if g := s.grant(); len(g.Changed) > 0 {
		t.Errorf("the third time: %v", g.Changed)
	}
	s.places(t)
	for _, which := range []string{roleRun, roleConsole, roleAnalyst} {
		if got := refused(t, s.connect(s.logins[which]), "SELECT segreto FROM utenti"); got == "" != (which == roleConsole) {
			t.Errorf("%s reads secrets: %q", which, got)
		}
	}
}

// What cannot be granted is refused, and nothing stays of it.
func TestRolesNotToBeGranted(t *testing.T) {
	s := newSite(t, "poco")
	for _, prefix := range []string{"", "Grande", "a-b", "a b", `a"b`, "1a", strings.Repeat("a", 41), "a;DROP TABLE notti"} {
		if _, err := GrantRoles(t.Context(), s.url, prefix, store.Options{}); !errors.Is(err, ErrPrefix) {
			t.Errorf("%q: %v", prefix, err)
		}
	}
	if _, err := GrantRoles(t.Context(), "mysql://a:segreta@b/c", DefaultPrefix, store.Options{}); !errors.Is(err, ErrURL) || strings.Contains(err.Error(), "segreta") {
		t.Errorf("%v", err)
	}
	for which, at := range s.logins {
		_, err := GrantRoles(t.Context(), at, "altri", store.Options{})
		var e *store.DatabaseError
		if !errors.As(err, &e) || e.Code != denied {
			t.Errorf("%s: %v", which, err)
		}
	}
	if got := s.list("SELECT rolname::text FROM pg_roles WHERE rolname LIKE 'altri%'"); len(got) > 0 {
		t.Errorf("roles %v were made", got)
	}
	// PUBLIC's privileges on the schema, which a mere owner of the tables cannot take away.
	s.exec(s.root, "GRANT CREATE ON SCHEMA public TO PUBLIC; ALTER SCHEMA public OWNER TO CURRENT_USER; ALTER TABLE blocco OWNER TO "+s.role(roleOwner))
	_, err := GrantRoles(t.Context(), s.logins[roleOwner], s.prefix, store.Options{})
	if !errors.Is(err, ErrRoles) || !strings.Contains(err.Error(), s.role(roleConsole)+", schema, CREATE") {
		t.Errorf("got %v", err)
	}
}

// Who owns the database and may make roles needs not be a superuser; afterwards the owner's login is enough.
func TestRolesByAnOrdinaryUser(t *testing.T) {
	s := &site{t: t, url: pgtest.Start(t), prefix: "semplice"}
	s.root = s.connect(s.url)
	s.exec(s.root, "CREATE ROLE semplice_admin LOGIN CREATEROLE; ALTER DATABASE "+s.list("SELECT current_database()::text")[0]+" OWNER TO semplice_admin")
	at := as(t, s.url, "semplice_admin")
	for range 2 {
		st, err := Open(t.Context(), at, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := st.Append(t.Context(), store.Entry{Who: "a", What: "b"}); err != nil {
			t.Error(err)
		}
		if err := st.Close(); err != nil {
			t.Error(err)
		}
		g, err := GrantRoles(t.Context(), at, s.prefix, store.Options{})
		if err != nil || len(g.Rights) < 60 || len(g.Notes) > 0 {
			t.Fatalf("%+v %v", g, err)
		}
		s.exec(s.root, "CREATE TABLE IF NOT EXISTS domande (a int); ALTER TABLE domande OWNER TO semplice_admin; DROP TABLE domande")
	}
	s.exec(s.root, "CREATE ROLE semplice_owner_login LOGIN IN ROLE semplice_owner; CREATE TABLE domande (a int); GRANT SELECT ON domande TO PUBLIC")
	s.exec(s.root, "CREATE ROLE semplice_altri; GRANT SELECT ON notti TO semplice_altri")
	g, err := GrantRoles(t.Context(), as(t, s.url, "semplice_owner_login"), s.prefix, store.Options{})
	want := []string{
		"La tabella domande è di altri: il suo proprietario deve concedere SELECT a semplice_run.",
		"La base di dati è di altri: le tabelle temporanee restano permesse a chi le aveva.",
		"Anche semplice_altri ha SELECT su notti.",
	}
	if err != nil || len(g.Changed) > 0 || !slices.Equal(g.Notes, want) {
		t.Errorf("%v %q %v", g.Changed, g.Notes, err)
	}
}
