import { Badge, Button, Checkbox, Group, Modal, Paper, Stack, Text, TextInput } from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { Input, Output } from '../../api/call'
import { useChange, useRead } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { Empty, Failure, Loaded, Page } from '../../ui/page'
import { ShownOnce } from '../../ui/shown-once'
import { useTell } from '../../ui/told'
import { hasRole, useWho } from '../../who'
import { common } from '../../words/common'
import { useNames } from '../../words/names'
import { useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Mensen en rollen',
    lead: 'Wie hier een account heeft, en wat zij mogen.',
    add: 'Iemand toevoegen',
    given_name: 'Voornaam',
    family_name: 'Achternaam',
    email: 'E-mailadres',
    job_title: 'Functie',
    job_help: 'Zo zien partners wat deze persoon bij u doet',
    account: 'Accountnaam',
    account_help: 'Kleine letters, cijfers, - en _',
    roles: 'Wat mag deze persoon hier?',
    code_title: 'De code voor {name}',
    code_text: 'Geef deze link aan {name}, en aan niemand anders. Hij werkt drie dagen, één keer.',
    no_code: '{name} is toegevoegd. Deze computer bewaart zelf wat het account opent.',
    left: 'vertrokken',
    erased: 'gewist',
    leave: 'Vertrekt',
    leave_name: '{name} vertrekt',
    leave_title: 'Het account van {name} beëindigen?',
    leave_text:
      '{name} is direct overal afgemeld. Wat zij of hij voor het bedrijf openstelde, wordt gesloten. Dit kan niet ongedaan worden gemaakt.',
    leave_sure: 'Account beëindigen',
    gone: 'Het account van {name} is beëindigd.',
    only_you: 'Er zijn nog geen anderen.',
  },
  en: {
    title: 'People and roles',
    lead: 'Who has an account here, and what they may do.',
    add: 'Add somebody',
    given_name: 'First name',
    family_name: 'Last name',
    email: 'E-mail address',
    job_title: 'Function',
    job_help: 'How partners see what this person does at your company',
    account: 'Account name',
    account_help: 'Lower case letters, digits, - and _',
    roles: 'What may this person do here?',
    code_title: 'The code for {name}',
    code_text: 'Give this link to {name}, and to nobody else. It works for three days, once.',
    no_code: '{name} was added. This computer itself keeps what opens the account.',
    left: 'left',
    erased: 'erased',
    leave: 'Leaves',
    leave_name: '{name} leaves',
    leave_title: 'End the account of {name}?',
    leave_text:
      '{name} is signed out everywhere at once. What this person opened for the company is closed. It cannot be undone.',
    leave_sure: 'End the account',
    gone: 'The account of {name} has ended.',
    only_you: 'There is nobody else yet.',
  },
})

type Role = NonNullable<Input<'people.add'>['roles']>[number]
const roles: readonly Role[] = [
  'contact_person',
  'account_manager',
  'coordinator',
  'administrator',
  'auditor',
  'contract_author',
  'contract_reviewer',
  'contract_authority',
  'contract_signatory',
]
const MAX_ROLES = 6

export default function PeopleSettings() {
  const say = useWords(texts)
  const { code } = useNames()
  const who = useWho()
  const tell = useTell()
  const list = useRead('people.list', {})
  const leave = useChange('people.leave', ['people.'])
  const [leaving, setLeaving] = useState<{ id: string; name: string } | null>(null)
  const [isAdding, setAdding] = useState(false)
  const [added, setAdded] = useState<Output<'people.add'> | null>(null)
  const mayChange = hasRole(who, 'administrator')
  return (
    <Page
      title={say('title')}
      lead={say('lead')}
      actions={mayChange && <Button onClick={() => setAdding(true)}>{say('add')}</Button>}
    >
      {added?.activation_url && (
        <ShownOnce
          title={say('code_title', { name: added.name })}
          text={say('code_text', { name: added.name })}
          value={added.activation_url}
        />
      )}
      {added && !added.activation_url && <Text role="status">{say('no_code', { name: added.name })}</Text>}
      <Loaded of={list}>
        {list.data?.items.length === 1 && <Empty>{say('only_you')}</Empty>}
        <Stack gap="sm">
          {list.data?.items.map(({ id, name, account, roles, state }) => (
            <Paper key={id} withBorder p="md" radius="md">
              <Group justify="space-between" align="flex-start">
                <Stack gap={4} flex="1 1 14rem">
                  <Group gap="xs">
                    <Text fw={600} className="breakable">
                      {name || account}
                    </Text>
                    {state !== 'active' && (
                      <Badge variant="light" color="gray">
                        {say(state)}
                      </Badge>
                    )}
                  </Group>
                  <Text size="sm" c="dimmed" className="breakable">
                    {[...(state === 'erased' ? [] : [account]), ...roles.map(code)].join(' · ')}
                  </Text>
                </Stack>
                {mayChange && state === 'active' && account !== who.account && (
                  <Button
                    variant="light"
                    color="red"
                    aria-label={say('leave_name', { name: name || account })}
                    onClick={() => setLeaving({ id, name: name || account })}
                  >
                    {say('leave')}
                  </Button>
                )}
              </Group>
            </Paper>
          ))}
        </Stack>
      </Loaded>
      {isAdding && (
        <NewPerson
          onClose={() => setAdding(false)}
          onAdded={(person) => {
            setAdding(false)
            setAdded(person)
          }}
        />
      )}
      {leaving && (
        <Confirm
          title={say('leave_title', leaving)}
          text={say('leave_text', leaving)}
          sure={say('leave_sure')}
          error={leave.error}
          busy={leave.isPending}
          onClose={() => setLeaving(null)}
          onSure={() =>
            leave.mutate(
              { id: leaving.id },
              {
                onSuccess: () => {
                  setLeaving(null)
                  tell({ text: say('gone', leaving) })
                },
              },
            )
          }
        />
      )}
    </Page>
  )
}

function NewPerson({
  onClose,
  onAdded,
}: {
  readonly onClose: () => void
  readonly onAdded: (person: Output<'people.add'>) => void
}) {
  const say = useWords(texts)
  const shared = useWords(common)
  const { code } = useNames()
  const add = useChange('people.add', ['people.'])
  const [typed, setTyped] = useState({
    given_name: '',
    family_name: '',
    email: '',
    job_title: '',
    account: '',
  })
  const [chosen, setChosen] = useState<string[]>(['contact_person'])
  const account = typed.account || codeOf(typed.given_name)
  const set = (name: keyof typeof typed) => (event: { currentTarget: { value: string } }) => {
    const { value } = event.currentTarget
    setTyped((before) => ({ ...before, [name]: value }))
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    add.mutate(
      {
        ...{ given_name: typed.given_name, family_name: typed.family_name, email: typed.email },
        ...{ account, job_title: typed.job_title, role: codeOf(typed.job_title) },
        roles: roles.filter((role) => chosen.includes(role)),
      },
      { onSuccess: onAdded },
    )
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={say('add')}
      centered
      closeButtonProps={{ 'aria-label': shared('close') }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          {add.error && <Failure error={add.error} />}
          <TextInput
            label={say('given_name')}
            value={typed.given_name}
            onChange={set('given_name')}
            required
            data-autofocus
          />
          <TextInput
            label={say('family_name')}
            value={typed.family_name}
            onChange={set('family_name')}
            required
          />
          <TextInput label={say('email')} type="email" value={typed.email} onChange={set('email')} required />
          <TextInput
            label={say('job_title')}
            description={say('job_help')}
            value={typed.job_title}
            onChange={set('job_title')}
            required
          />
          <TextInput
            label={say('account')}
            description={say('account_help')}
            value={account}
            pattern="[a-z][a-z0-9_\-]{1,31}"
            onChange={set('account')}
            required
          />
          <Checkbox.Group
            label={say('roles')}
            value={chosen}
            onChange={setChosen}
            maxSelectedValues={MAX_ROLES}
          >
            <Stack gap="xs" mt="xs">
              {roles.map((role) => (
                <Checkbox key={role} value={role} label={code(role)} />
              ))}
            </Stack>
          </Checkbox.Group>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {shared('cancel')}
            </Button>
            <Button type="submit" loading={add.isPending}>
              {say('add')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

/** `Inkoopster Noord` → `inkoopster_noord`: what the node takes for a code. */
const codeOf = (text: string): string =>
  text
    .normalize('NFD')
    .toLowerCase()
    .replaceAll(/[\u0300-\u036f]/g, '')
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^[^a-z]+|_+$/g, '')
    .slice(0, 31)
