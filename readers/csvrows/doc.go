// Package csvrows cuts tables into rows and fields as RFC 4180 says: commas, double quotes doubled inside quotes, rows
// ended by LF or CR LF. A byte order mark at the start and empty lines are stepped over. What lies between is up to the
// readers of each table; encodings are not looked at.
package csvrows
