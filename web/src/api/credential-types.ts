import { useQuery } from '@tanstack/react-query'
import { get } from './call'

type Labels = readonly { readonly locale: string; readonly label: string; readonly description?: string }[]

/** What the node publishes of a type of credential, for anybody (SD-JWT VC type metadata). */
interface CredentialType {
  readonly display: readonly { readonly locale: string; readonly name: string }[]
  readonly claims: readonly { readonly path: readonly (string | null)[]; readonly display: Labels }[]
}

/** What the claims of a type look like (JSON Schema), as far as a form needs it. */
export interface ClaimSchema {
  readonly type?: 'object' | 'string' | 'number' | 'integer' | 'boolean' | 'array'
  readonly properties?: Readonly<Record<string, ClaimSchema>>
  readonly required?: readonly string[]
  readonly enum?: readonly string[]
  readonly format?: string
  readonly pattern?: string
  readonly maxLength?: number
}

/** The name of a type of ours; null for one of somebody else. @param type its `vct`, or its name */
const nameOf = (type: string): string | null =>
  /^(?:urn:regie:credential:)?([a-z][a-z0-9-]{0,63})(?::\d+)?$/.exec(type)?.[1] ?? null

/** @param type its `vct`, or its name */
export const useCredentialType = (type: string) => {
  const name = nameOf(type)
  return useQuery({
    queryKey: ['credential type', name],
    queryFn: () => get<CredentialType>(`/credentials/${name}`),
    enabled: name !== null,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
}

export const useClaimSchema = (name: string) =>
  useQuery({
    queryKey: ['claim schema', name],
    queryFn: () => get<ClaimSchema>(`/schemas/${name}`),
    enabled: name !== '',
    staleTime: Number.POSITIVE_INFINITY,
  })
