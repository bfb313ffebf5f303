import { Alert, Button, Group, Paper, Stack, Tabs, Text, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useEffect, useState } from 'react'
import { call } from '../../api/call'
import { useList, useRead } from '../../api/hooks'
import { isProblem } from '../../api/problem'
import { Failure, Loaded, Page } from '../../ui/page'
import { useTell } from '../../ui/told'
import { hasRole, useWho } from '../../who'
import { common } from '../../words/common'
import { useNames } from '../../words/names'
import { useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Mijn gegevens',
    lead: 'U wijzigt ze op één plek. Wie ze mag zien, leest voortaan wat hier staat.',
    me: 'Van mij',
    company: 'Van het bedrijf',
    hears: 'Dit krijgen te weten dat er iets veranderde:',
    nobody_hears: 'Niemand heeft nu toestemming om deze gegevens te zien.',
    saved: 'Opgeslagen.',
    no_right: 'De beheerder van uw bedrijf wijzigt deze gegevens.',
    theirs: 'Nu staat er: {value}',
    nothing: '(leeg)',
    list: 'Meer dan één? Zet er een puntkomma tussen.',
    country: 'Twee letters, zoals NL',
  },
  en: {
    title: 'My data',
    lead: 'You change them in one place. Whoever may see them reads what stands here.',
    me: 'Of mine',
    company: 'Of the company',
    hears: 'These hear that something changed:',
    nobody_hears: 'Nobody has your leave to see these data now.',
    saved: 'Saved.',
    no_right: 'The administrator of your company changes these data.',
    theirs: 'Now it says: {value}',
    nothing: '(empty)',
    list: 'More than one? Put a semicolon between them.',
    country: 'Two letters, such as NL',
  },
})

const own = ['given_name', 'family_name', 'email', 'phone_number', 'job_title'] as const
const parts = ['street_address', 'postal_code', 'locality', 'country'] as const
const addressOf = (claim: 'address' | 'postal_address') => parts.map((part) => `${claim}.${part}`)
const company = [
  ...[
    'name',
    'trade_names',
    'description',
    'sectors',
    'website',
    'email',
    'phone_number',
    'invoice_email',
    'iban',
  ],
  ...addressOf('address'),
  ...addressOf('postal_address'),
]
/** A credential of the type is not without these. */
const required: ReadonlySet<string> = new Set(['me.given_name', 'me.family_name', 'me.email', 'profile.name'])
const lists: ReadonlySet<string> = new Set(['trade_names', 'sectors'])
const typeOf: Readonly<Record<string, string>> = {
  email: 'email',
  invoice_email: 'email',
  phone_number: 'tel',
  website: 'url',
}

export default function Data() {
  const say = useWords(texts)
  const who = useWho()
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Tabs defaultValue="me" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="me">{say('me')}</Tabs.Tab>
          <Tabs.Tab value="company">{say('company')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="me" pt="md">
          <Profile of="me" fields={own} mayChange />
        </Tabs.Panel>
        <Tabs.Panel value="company" pt="md">
          <Profile of="profile" fields={company} mayChange={hasRole(who, 'administrator')} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  )
}

interface Shape {
  readonly of: 'me' | 'profile'
  readonly fields: readonly string[]
  readonly mayChange: boolean
}

function Profile({ of, fields, mayChange }: Shape) {
  const profile = useRead(of === 'me' ? 'me.show' : 'profile.show', {})
  // Who said nothing yet begins with an empty form.
  const isEmpty = isProblem(profile.error, 'profile_empty')
  const { claims = {}, version } = profile.data ?? {}
  return (
    <Loaded of={isEmpty ? { ...profile, isPending: false, error: null } : profile}>
      <Form of={of} fields={fields} mayChange={mayChange} claims={claims} version={version} />
    </Loaded>
  )
}

/** No version: what stands there now was not looked at yet. */
const NOT_SEEN = -1

/** What she typed is kept in this tab until it was saved: also when the node goes away under it. */
const draftKey = (of: string) => `regie-draft-${of}`

function Form({
  of,
  fields,
  mayChange,
  claims,
  version,
}: Shape & { readonly claims: Readonly<Record<string, unknown>>; readonly version: number | undefined }) {
  const say = useWords(texts)
  const shared = useWords(common)
  const { claim } = useNames()
  const tell = useTell()
  const client = useQueryClient()
  const saved = Object.fromEntries(fields.map((field) => [field, textOf(claims, field)]))
  const [typed, setTyped] = useState<Record<string, string>>(() => ({ ...saved, ...draftOf(of) }))
  const [based, setBased] = useState(version)
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const changed = fields.filter((field) => typed[field] !== saved[field])
  const isStale = based !== version
  const type = of === 'me' ? 'contact-person' : 'company-profile'

  useEffect(() => {
    const draft = Object.fromEntries(changed.map((field) => [field, typed[field] ?? '']))
    if (changed.length > 0) sessionStorage.setItem(draftKey(of), JSON.stringify(draft))
    else sessionStorage.removeItem(draftKey(of))
  }, [changed, of, typed])

  const hintOf = (field: string) => {
    if (!mayChange) return undefined
    if (lists.has(field)) return say('list')
    return field.endsWith('.country') ? say('country') : undefined
  }

  const save = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      const input = inputOf(changed, typed, claims)
      const { version: saved } = await call(of === 'me' ? 'me.set' : 'profile.set', input, {
        ...(based !== undefined && { ifMatch: based }),
      })
      sessionStorage.removeItem(draftKey(of))
      setBased(saved)
      tell({ text: say('saved') })
    } catch (cause) {
      // Both are shown: hers stays in its field, and what it says now stands below it.
      if (isProblem(cause, 'changed_meanwhile')) setBased(NOT_SEEN)
      setError(cause)
    } finally {
      setBusy(false)
      await client.invalidateQueries({ queryKey: [of === 'me' ? 'me.show' : 'profile.show'] })
    }
  }
  return (
    <Paper withBorder p="lg" radius="md" component="form" onSubmit={save}>
      <Stack>
        {!mayChange && <Text c="dimmed">{say('no_right')}</Text>}
        {error !== null && <Failure error={error} />}
        {fields.map((field) => (
          <TextInput
            key={field}
            label={claim(`${type}.${field}`).what}
            required={required.has(`${of}.${field}`)}
            type={typeOf[field] ?? 'text'}
            value={typed[field] ?? ''}
            readOnly={!mayChange}
            description={
              isStale && typed[field] !== saved[field]
                ? say('theirs', { value: saved[field] || say('nothing') })
                : hintOf(field)
            }
            onChange={(event) => {
              const { value } = event.currentTarget
              setTyped((before) => ({ ...before, [field]: value }))
            }}
          />
        ))}
        {changed.length > 0 && (
          <>
            <WhoHears claims={[...new Set(changed.map((field) => `${type}.${rootOf(field)}`))]} />
            <Group>
              <Button type="submit" loading={busy} onClick={() => isStale && setBased(version)}>
                {shared('save')}
              </Button>
              <Button variant="default" onClick={() => setTyped(saved)}>
                {shared('cancel')}
              </Button>
            </Group>
          </>
        )}
      </Stack>
    </Paper>
  )
}

/** Who reads these claims under a grant, and is told when they change. */
function WhoHears({ claims }: { readonly claims: readonly string[] }) {
  const say = useWords(texts)
  const grants = useList('access.grants', { state: 'open', limit: 200 })
  const names = [
    ...new Set(
      (grants.items ?? [])
        .filter((grant) => grant.claims.some((one) => claims.some((mine) => isAlong(one, mine))))
        .map(({ grantee }) => grantee.name),
    ),
  ]
  if (grants.items === undefined) return null
  return (
    <Alert variant="light" role="status">
      {names.length === 0 ? say('nobody_hears') : `${say('hears')} ${names.join(', ')}`}
    </Alert>
  )
}

/** Whether one claim holds, or lies in, the other. */
const isAlong = (one: string, other: string) =>
  one === other || one.startsWith(`${other}.`) || other.startsWith(`${one}.`)

const rootOf = (field: string): string => field.split('.', 1)[0] ?? field

/** What a field of the form holds of the claims. */
function textOf(claims: Readonly<Record<string, unknown>>, field: string): string {
  const [root = '', part] = field.split('.')
  const value =
    part === undefined ? claims[root] : (claims[root] as Record<string, unknown> | undefined)?.[part]
  if (Array.isArray(value)) return value.join('; ')
  return typeof value === 'string' ? value : ''
}

/** What the node is asked to change: what was emptied is said no longer, and of an address all of it is said. */
function inputOf(
  changed: readonly string[],
  typed: Readonly<Record<string, string>>,
  claims: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const input: Record<string, unknown> = {}
  const without: string[] = []
  for (const root of new Set(changed.map(rootOf))) {
    const value = changed.includes(root)
      ? fromText(root, typed[root] ?? '')
      : addressFrom(root, typed, claims)
    if (value === null) without.push(root)
    else input[root] = value
  }
  return { ...input, ...(without.length > 0 && { without }) }
}

function fromText(field: string, text: string): string | string[] | null {
  const value = text.trim()
  if (value === '') return null
  if (!lists.has(field)) return value
  return value
    .split(';')
    .map((one) => one.trim())
    .filter((one) => one !== '')
}

/** Null where none of it was filled in but the country. */
function addressFrom(
  root: string,
  typed: Readonly<Record<string, string>>,
  claims: Readonly<Record<string, unknown>>,
): object | null {
  const said = parts.map((part) => [part, (typed[`${root}.${part}`] ?? '').trim()] as const)
  if (said.every(([part, value]) => value === '' || part === 'country')) return null
  const { region } = (claims[root] ?? {}) as { region?: string }
  return {
    ...(region !== undefined && { region }),
    ...Object.fromEntries(said.filter(([, value]) => value !== '')),
  }
}

function draftOf(of: string): Record<string, string> {
  try {
    return JSON.parse(sessionStorage.getItem(draftKey(of)) ?? '{}')
  } catch {
    return {}
  }
}
