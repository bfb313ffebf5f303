import { BoundedMap, type Clock, Refusal } from '../../core/index.ts'
import type { Egress } from '../../egress/index.ts'
import { parseJsonObject } from '../../jose/index.ts'
import { type BoundedCheck, createBoundedCompiler } from './bounded-schema.ts'
import { extendClaims, parseTypeDocument, type TypeClaim } from './document.ts'
import { matchesIntegrity } from './integrity.ts'

/** A type as its issuer describes it, with what it inherits. */
export interface IssuerType {
  readonly vct: string
  readonly claims: readonly TypeClaim[]
  /** Of the type and of those it extends; all of them count. */
  readonly schemas: readonly BoundedCheck[]
}

export interface IssuerTypes {
  /**
   * The type that a `vct` names, fetched from there.
   * @param integrity what the credential says of the document, `vct#integrity`
   * @returns null when the `vct` is nothing that can be fetched
   * @throws Refusal `type_…`, `egress_…`, `json_…`
   */
  resolve(vct: string, integrity: string | undefined): Promise<IssuerType | null>
  /** A schema by itself; otherwise as {@link resolve}. */
  schema(uri: string, integrity: string | undefined): Promise<BoundedCheck | null>
}

export interface IssuerTypesDeps {
  readonly clock: Clock
  /** The way out: `egress.request`. */
  readonly fetch: Egress['request']
}

/** Types one type may extend, one through the other. */
const MAX_DEPTH = 5
const MAX_BYTES = 64 * 1024
const TIMEOUT_MS = 3_000
const REDIRECTS = 2
/** Documents somebody may still change; one that is named by its digest cannot, and is kept. */
const MAX_AGE_MS = 300_000
const MAX_DOCUMENTS = 200

interface Fetched {
  readonly body: Buffer
  readonly until: number
}

/** Type metadata of others (SD-JWT VC, "Retrieving Type Metadata", from a URL in the `vct`). */
export function createIssuerTypes({ clock, fetch }: IssuerTypesDeps): IssuerTypes {
  const documents = new BoundedMap<Fetched>(MAX_DOCUMENTS)
  const compiled = new BoundedMap<BoundedCheck>(MAX_DOCUMENTS)

  const load = async (uri: string, integrity: string | undefined): Promise<Buffer> => {
    const name = `${integrity ?? ''} ${uri}`
    const known = documents.get(name)
    if (known && clock.now() < known.until) return known.body
    const { status, body } = await fetch(uri, {
      accept: 'application/json',
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_BYTES,
      redirects: REDIRECTS,
    })
    if (status !== 200)
      throw new Refusal('upstream', 'type_metadata_not_served', 'the type metadata could not be fetched', {
        params: { status },
      })
    if (integrity !== undefined && !matchesIntegrity(body, integrity))
      throw wrong('type_integrity_mismatch', 'the type metadata is another document than was meant')
    const until = integrity === undefined ? clock.now() + MAX_AGE_MS : Number.POSITIVE_INFINITY
    documents.set(name, { body, until })
    return body
  }

  const compileNew = createBoundedCompiler()
  const compile = (key: string, schema: object): BoundedCheck => {
    const check = compiled.get(key) ?? compileNew(schema)
    compiled.set(key, check)
    return check
  }

  const loadSchema = async (uri: string, integrity: string | undefined): Promise<BoundedCheck> => {
    const schema = await load(uri, integrity)
    return compile(schema.toString('latin1'), parseJsonObject(schema))
  }

  const follow = async (
    vct: string,
    integrity: string | undefined,
    seen: readonly string[],
  ): Promise<IssuerType> => {
    if (seen.includes(vct)) throw wrong('type_extends_circle', 'this type extends itself')
    if (seen.length > MAX_DEPTH) throw wrong('type_extends_too_deep', 'this type extends too many others')
    if (!isFetchable(vct)) throw wrong('type_metadata_invalid', 'this type extends one that is not at a URL')
    const body = await load(vct, integrity)
    const document = parseTypeDocument(parseJsonObject(body), vct)
    const base = document.extends
      ? await follow(document.extends, document['extends#integrity'], [...seen, vct])
      : null
    const schemas = [...(base?.schemas ?? [])]
    if (document.schema) schemas.push(compile(body.toString('latin1'), document.schema))
    if (document.schema_uri)
      schemas.push(await loadSchema(document.schema_uri, document['schema_uri#integrity']))
    return { vct, claims: extendClaims(base?.claims ?? [], document.claims), schemas }
  }

  return {
    resolve: async (vct, integrity) => (isFetchable(vct) ? follow(vct, integrity, []) : null),
    schema: async (uri, integrity) => (isFetchable(uri) ? loadSchema(uri, integrity) : null),
  }
}

/** Whether that URL may be called is for `egress/` to say. */
const isFetchable = (vct: string) => /^https?:\/\//.test(vct) && URL.canParse(vct)

const wrong = (code: string, message: string) => new Refusal('unprocessable', code, message)
