import sqlite3 from 'sqlite3'

/**
 * SQLite for TypeORM, which asks a driver to be verbose: then each call records where it came from and prints its
 * parameters into the stack of its errors. That takes as long as the query, and puts values where they must not be.
 */
export const sqliteDriver = { ...sqlite3, verbose: () => sqliteDriver }
