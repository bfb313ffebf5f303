/** What one imported file may make us hold. The size of the file itself is the caller's to bound. */
export const limits = {
  /** Characters of one value; every field of the schemas is far shorter. */
  value: 2_000,
  /** XML elements inside each other; XAF uses nine. */
  depth: 64,
  /** Characters the XML parser may hold without finishing a tag or a text. */
  pending: 131_072,
  /** Attributes of one XML element; XAF has none but the namespace. */
  attributes: 100,
  /** Addresses, and bank accounts, read per relation. */
  perRelation: 20,
  /** Relations in one file, also those named only by bookings. */
  relations: 100_000,
  /** Bad records in one file; more means that it is another kind of file. */
  rejected: 10_000,
  /** Characters of one CSV record. */
  record: 65_536,
  /** Physical lines of one CSV record (line breaks inside quotes). */
  recordLines: 50,
  /** Columns of a CSV file. */
  columns: 500,
  /** Characters of a bad record that are kept to show it. */
  raw: 8_192,
} as const
