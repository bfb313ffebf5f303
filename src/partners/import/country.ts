const names: Readonly<Record<string, string>> = {
  nederland: 'NL',
  netherlands: 'NL',
  'the netherlands': 'NL',
  holland: 'NL',
  nld: 'NL',
  belgie: 'BE',
  belgium: 'BE',
  bel: 'BE',
  duitsland: 'DE',
  deutschland: 'DE',
  germany: 'DE',
  deu: 'DE',
  frankrijk: 'FR',
  france: 'FR',
  fra: 'FR',
  luxemburg: 'LU',
  luxembourg: 'LU',
  lux: 'LU',
  'verenigd koninkrijk': 'GB',
  'united kingdom': 'GB',
  uk: 'GB',
  gbr: 'GB',
}

/** The ISO 3166-1 alpha-2 code of a country written as packages write it; undefined when not recognised. */
export function isoCountry(text: string): string | undefined {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').trim().toLowerCase()
  return names[plain] ?? (/^[a-z]{2}$/.test(plain) ? plain.toUpperCase() : undefined)
}
