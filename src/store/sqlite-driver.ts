import sqlite3 from 'sqlite3'

/**
 * SQLite for TypeORM, which asks a driver to be verbose: then each call takes a stack trace and prints its parameters
 * for it, which takes as long as the query, and may put values into errors.
 */
export const sqliteDriver = { ...sqlite3, verbose: () => sqliteDriver }
