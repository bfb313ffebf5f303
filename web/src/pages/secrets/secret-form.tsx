import { Button, Checkbox, Group, MultiSelect, NativeSelect, Stack, Textarea, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { Input, Output } from '../../api/call'
import { useRead } from '../../api/hooks'
import { Failure } from '../../ui/page'
import { useWho } from '../../who'
import { useNames } from '../../words/names'
import { useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Hoe het heet',
    title_help: 'Ook wie op de lijst kijkt ziet deze naam: zeg er niet het geheim mee.',
    description: 'Wat het geheim is',
    measures: 'Wat u doet om het geheim te houden',
    measures_help: 'Elke maatregel op een eigen regel. De wet vraagt redelijke maatregelen.',
    amount: 'Geschatte waarde in hele euro’s',
    amount_help: 'Mag leeg blijven.',
    why: 'Waarom het dat waard is zolang het geheim blijft',
    owner: 'Wie ervoor instaat',
    choose: 'Kies iemand',
    persons: 'Wie het moeten kennen',
    roles: 'Rollen die het moeten kennen',
  },
  en: {
    title: 'What it is called',
    title_help: 'Whoever looks at the list sees this name too: do not give the secret away with it.',
    description: 'What the secret is',
    measures: 'What you do to keep it secret',
    measures_help: 'Each measure on a line of its own. The law asks for reasonable measures.',
    amount: 'Estimated value in whole euros',
    amount_help: 'May stay empty.',
    why: 'Why it is worth that as long as it is secret',
    owner: 'Who answers for it',
    choose: 'Choose somebody',
    persons: 'Who need to know',
    roles: 'Roles that need to know',
  },
})

export type Said = Input<'trade-secrets.add'>
export type SecretRole = NonNullable<Said['roles']>[number]
export const secretRoles: readonly SecretRole[] = [
  ...(['contact_person', 'account_manager', 'coordinator', 'auditor', 'contract_author'] as const),
  ...(['contract_reviewer', 'contract_authority', 'contract_signatory'] as const),
]

/** What is registered of a secret. What is typed here is kept nowhere until it is sent. */
export function SecretForm({
  from,
  submit,
  busy,
  error,
  onSubmit,
  onCancel,
}: {
  /** What is registered now. */
  readonly from?: Output<'trade-secrets.show'>
  readonly submit: string
  readonly busy: boolean
  readonly error: unknown
  readonly onSubmit: (said: Said) => void
  readonly onCancel?: { readonly text: string; readonly go: () => void }
}) {
  const say = useWords(texts)
  const { code } = useNames()
  const who = useWho()
  const people = useRead('people.list', {})
  const active = people.data?.items.filter(({ state }) => state === 'active') ?? []
  const accountOf = (id: string) => active.find((one) => one.id === id)?.account
  const [typed, setTyped] = useState({
    ...{ title: from?.title ?? '', description: from?.description ?? '' },
    ...{ amount: from?.value ? String(from.value.amount) : '', why: from?.value?.why ?? '' },
    measures: from?.measures.join('\n') ?? '',
    owner: null as string | null,
    persons: null as string[] | null,
    roles: (from?.need_to_know.roles ?? []) as string[],
  })
  // A role that was named elsewhere is not lost by a change made here.
  const offered = [...new Set([...secretRoles, ...(from?.need_to_know.roles ?? [])])]
  const owner = typed.owner ?? (from ? accountOf(from.owner.id) : who.account) ?? ''
  const persons = typed.persons ?? from?.need_to_know.persons.flatMap(({ id }) => accountOf(id) ?? []) ?? []
  const set =
    (name: 'title' | 'description' | 'amount' | 'why' | 'measures') =>
    (event: { currentTarget: { value: string } }) => {
      const { value } = event.currentTarget
      setTyped((before) => ({ ...before, [name]: value }))
    }
  const send = (event: FormEvent) => {
    event.preventDefault()
    onSubmit({
      ...{ title: typed.title.trim(), description: typed.description, owner, persons },
      measures: typed.measures
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== ''),
      roles: offered.filter((role) => typed.roles.includes(role)),
      ...(typed.amount !== '' && { value: { amount: Number(typed.amount), why: typed.why.trim() } }),
    })
  }
  return (
    <form onSubmit={send} autoComplete="off">
      <Stack gap="sm" maw={640}>
        <TextInput
          label={say('title')}
          description={say('title_help')}
          value={typed.title}
          onChange={set('title')}
          maxLength={200}
          required
        />
        <Textarea
          label={say('description')}
          value={typed.description}
          onChange={set('description')}
          maxLength={20000}
          autosize
          minRows={4}
          maxRows={20}
          required
        />
        <Textarea
          label={say('measures')}
          description={say('measures_help')}
          value={typed.measures}
          onChange={set('measures')}
          autosize
          minRows={2}
          required
        />
        <TextInput
          label={say('amount')}
          description={say('amount_help')}
          value={typed.amount}
          onChange={set('amount')}
          inputMode="numeric"
          pattern="[0-9]{1,12}"
        />
        {typed.amount !== '' && (
          <Textarea
            label={say('why')}
            value={typed.why}
            onChange={set('why')}
            maxLength={1000}
            autosize
            required
          />
        )}
        <NativeSelect
          label={say('owner')}
          required
          value={owner}
          onChange={(event) => {
            const { value } = event.currentTarget
            setTyped((before) => ({ ...before, owner: value }))
          }}
          data={[
            { value: '', label: say('choose') },
            ...active.map(({ account, name }) => ({ value: account, label: name || account })),
          ]}
        />
        <MultiSelect
          label={say('persons')}
          data={active.map(({ account, name }) => ({ value: account, label: name || account }))}
          value={persons}
          onChange={(value) => setTyped((before) => ({ ...before, persons: value }))}
        />
        <Checkbox.Group
          label={say('roles')}
          value={typed.roles}
          onChange={(roles) => setTyped((before) => ({ ...before, roles }))}
        >
          <div className="choices">
            {offered.map((role) => (
              <Checkbox key={role} value={role} label={code(role)} />
            ))}
          </div>
        </Checkbox.Group>
        {error ? <Failure error={error} /> : null}
        <Group>
          <Button type="submit" loading={busy}>
            {submit}
          </Button>
          {onCancel && (
            <Button variant="default" onClick={onCancel.go}>
              {onCancel.text}
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  )
}
