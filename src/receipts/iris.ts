/** The namespaces the exports use; DPV and its GDPR extension, Dublin Core, schema.org. */
export const prefixes = {
  dpv: 'https://w3id.org/dpv#',
  'eu-gdpr': 'https://w3id.org/dpv/legal/eu/gdpr#',
  dct: 'http://purl.org/dc/terms/',
  schema: 'https://schema.org/',
  rdf: 'http://www.w3.org/1999/02/22-rdf-syntax-ns#',
  xsd: 'http://www.w3.org/2001/XMLSchema#',
} as const

export const iri = (id: string) => ({ '@id': id })

export const uuidUrn = (id: string): string => `urn:uuid:${encodeURIComponent(id)}`

/** A claim as people's paths go: `address.postal_code`, and numbers where it passes an array. */
export const claimPath = (path: readonly (string | number)[]): string => path.join('.')

/** One claim of one credential: the credential's URN with the path as fragment. */
export const claimIri = (credentialId: string, path: readonly (string | number)[]): string =>
  `${uuidUrn(credentialId)}#${claimPath(path)}`

/** A role inside the grantee: roles are names, and JSON-LD wants IRIs for whoever receives. */
export const roleUrn = (role: string): string => `urn:regie:role:${role}`

/** A digest such as `sha-256:…` as an IRI (RFC 6920, "ni"). */
export const digestIri = (digest: string): string => `ni:///${digest.replace(':', ';')}`

interface Recipients {
  readonly roles?: readonly string[] | undefined
  readonly persons?: readonly string[] | undefined
  readonly systems?: readonly string[] | undefined
}

/** Everybody inside the grantee who may look. */
export const recipientIris = ({ roles = [], persons = [], systems = [] }: Recipients): string[] => [
  ...roles.map(roleUrn),
  ...persons,
  ...systems,
]
