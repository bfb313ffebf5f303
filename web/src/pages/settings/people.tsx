import { Badge, Button, Checkbox, Group, Modal, Paper, Stack, Text, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import type { Input, Output } from '../../api/call'
import { useChange, useRead } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { Empty, Failure, Loaded, Page } from '../../ui/page'
import { ShownOnce } from '../../ui/shown-once'
import { useTell } from '../../ui/told'
import { waysQuery } from '../../ways'
import { hasRole, useWho } from '../../who'
import { common } from '../../words/common'
import { useNames } from '../../words/names'
import { useLanguage, useWords, words } from '../../words/words'
import { LoginName } from './login-name'

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
    login: 'Aanmeldnaam',
    login_name: 'Aanmeldnaam van {name}',
    leave: 'Vertrekt',
    leave_name: '{name} vertrekt',
    leave_title: 'Het account van {name} beëindigen?',
    leave_text:
      '{name} is direct overal afgemeld. Wat zij of hij voor het bedrijf openstelde, wordt gesloten. Dit kan niet ongedaan worden gemaakt.',
    leave_sure: 'Account beëindigen',
    gone: 'Het account van {name} is beëindigd.',
    only_you: 'Er zijn nog geen anderen.',
    mailed: 'Mail de link naar dit adres, zodat niemand anders hem ziet',
    mailed_to: 'De link is gemaild naar {email}.',
    waiting: 'nog niet aangemeld',
    again: 'Nieuwe link',
    again_name: 'Nieuwe link voor {name}',
    again_text: '{name} heeft het account nog niet overgenomen. De vorige link werkt dan niet meer.',
    evidence: 'Hoe weet u dat het {name} is?',
    evidence_help: 'Bijvoorbeeld: gebeld op het bekende nummer',
    change: 'Rollen wijzigen',
    change_name: 'Rollen wijzigen van {name}',
    changed: 'De rollen van {name} zijn gewijzigd.',
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
    login: 'Sign-in name',
    login_name: 'Sign-in name of {name}',
    leave: 'Leaves',
    leave_name: '{name} leaves',
    leave_title: 'End the account of {name}?',
    leave_text:
      '{name} is signed out everywhere at once. What this person opened for the company is closed. It cannot be undone.',
    leave_sure: 'End the account',
    gone: 'The account of {name} has ended.',
    only_you: 'There is nobody else yet.',
    mailed: 'Mail the link to this address, so that nobody else sees it',
    mailed_to: 'The link was mailed to {email}.',
    waiting: 'not signed in yet',
    again: 'New link',
    again_name: 'New link for {name}',
    again_text: '{name} did not take the account over yet. The link before will not work any more.',
    evidence: 'How do you know that it is {name}?',
    evidence_help: 'Such as: called on the number we know',
    change: 'Change roles',
    change_name: 'Change roles of {name}',
    changed: 'The roles of {name} were changed.',
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
/** Where there is a servicedesk. */
const deskRoles = ['servicedesk', 'reputation_manager'] as const satisfies readonly Role[]

export default function PeopleSettings() {
  const say = useWords(texts)
  const { code } = useNames()
  const who = useWho()
  const tell = useTell()
  const list = useRead('people.list', {})
  const leave = useChange('people.leave', ['people.'])
  const [leaving, setLeaving] = useState<{ id: string; name: string } | null>(null)
  const [naming, setNaming] = useState<{ id: string; name: string } | null>(null)
  const { data: ways } = useQuery(waysQuery)
  const [isAdding, setAdding] = useState(false)
  const [handed, setHanded] = useState<Handed | null>(null)
  const [changing, setChanging] = useState<Person | null>(null)
  const [again, setAgain] = useState<Person | null>(null)
  const mayChange = hasRole(who, 'administrator')
  const here = rolesHere(list.data?.items ?? [])
  return (
    <Page
      title={say('title')}
      lead={say('lead')}
      actions={mayChange && <Button onClick={() => setAdding(true)}>{say('add')}</Button>}
    >
      {handed?.url && (
        <ShownOnce
          title={say('code_title', { name: handed.name })}
          text={say('code_text', { name: handed.name })}
          value={handed.url}
        />
      )}
      {handed && !handed.url && (
        <Text role="status">
          {handed.email === null
            ? say('no_code', { name: handed.name })
            : say('mailed_to', { email: handed.email })}
        </Text>
      )}
      <Loaded of={list}>
        {list.data?.items.length === 1 && <Empty>{say('only_you')}</Empty>}
        <Stack gap="sm">
          {list.data?.items.map((person) => {
            const { id, name, account, roles, state, taken_over } = person
            const called = name || account
            return (
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
                      {state === 'active' && !taken_over && (
                        <Badge variant="light" color="gray">
                          {say('waiting')}
                        </Badge>
                      )}
                    </Group>
                    <Text size="sm" c="dimmed" className="breakable">
                      {[...(state === 'erased' ? [] : [account]), ...roles.map(code)].join(' · ')}
                    </Text>
                  </Stack>
                  {mayChange && state === 'active' && (
                    <Group gap="xs">
                      {ways?.openid && (
                        <Button
                          variant="default"
                          aria-label={say('login_name', { name: called })}
                          onClick={() => setNaming({ id, name: called })}
                        >
                          {say('login')}
                        </Button>
                      )}
                      {account !== who.account && (
                        <>
                          {!taken_over && (
                            <Button
                              variant="default"
                              aria-label={say('again_name', { name: called })}
                              onClick={() => setAgain(person)}
                            >
                              {say('again')}
                            </Button>
                          )}
                          <Button
                            variant="default"
                            aria-label={say('change_name', { name: called })}
                            onClick={() => setChanging(person)}
                          >
                            {say('change')}
                          </Button>
                          <Button
                            variant="light"
                            color="red"
                            aria-label={say('leave_name', { name: called })}
                            onClick={() => setLeaving({ id, name: called })}
                          >
                            {say('leave')}
                          </Button>
                        </>
                      )}
                    </Group>
                  )}
                </Group>
              </Paper>
            )
          })}
        </Stack>
      </Loaded>
      {isAdding && (
        <NewPerson
          roles={here}
          onClose={() => setAdding(false)}
          onAdded={(person) => {
            setAdding(false)
            setHanded(handedOf(person.name, person))
          }}
        />
      )}
      {again && (
        <NewLink
          person={again}
          onClose={() => setAgain(null)}
          onMade={(made) => {
            setAgain(null)
            setHanded(handedOf(again.name, made))
          }}
        />
      )}
      {changing && <Roles person={changing} roles={here} onClose={() => setChanging(null)} />}
      {naming && <LoginName person={naming} onClose={() => setNaming(null)} />}
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

/** Somebody is to take her account over: by this link, or by the one that was mailed. */
interface Handed {
  readonly name: string
  readonly url: string | null
  readonly email: string | null
}
const handedOf = (
  name: string,
  { activation_url: url, mailed_to: email }: Pick<Output<'people.add'>, 'activation_url' | 'mailed_to'>,
): Handed => ({ name, url, email })

type Person = Output<'people.list'>['items'][number]

/** Roles that somebody may have on this node: those of the servicedesk where one is. */
const rolesHere = (people: readonly Person[]): readonly Role[] => [
  ...roles,
  ...deskRoles.filter((role) => people.some((one) => one.roles.includes(role))),
]

function RoleChoice({
  all,
  chosen,
  onChoose,
}: {
  readonly all: readonly Role[]
  readonly chosen: string[]
  readonly onChoose: (chosen: string[]) => void
}) {
  const say = useWords(texts)
  const { code } = useNames()
  return (
    <Checkbox.Group label={say('roles')} value={chosen} onChange={onChoose}>
      <Stack gap="xs" mt="xs">
        {all.map((role) => (
          <Checkbox key={role} value={role} label={code(role)} />
        ))}
      </Stack>
    </Checkbox.Group>
  )
}

function Roles({
  person,
  roles,
  onClose,
}: {
  readonly person: Person
  readonly roles: readonly Role[]
  readonly onClose: () => void
}) {
  const say = useWords(texts)
  const shared = useWords(common)
  const tell = useTell()
  const set = useChange('people.roles', ['people.'])
  const [chosen, setChosen] = useState<string[]>([...person.roles])
  const name = person.name || person.account
  return (
    <Confirm
      title={say('change_name', { name })}
      sure={shared('save')}
      isHarmless
      isReady={chosen.length > 0}
      error={set.error}
      busy={set.isPending}
      onClose={onClose}
      onSure={() =>
        set.mutate(
          { id: person.id, roles: roles.filter((role) => chosen.includes(role)) },
          {
            onSuccess: () => {
              onClose()
              tell({ text: say('changed', { name }) })
            },
          },
        )
      }
    >
      <RoleChoice all={roles} chosen={chosen} onChoose={setChosen} />
    </Confirm>
  )
}

/** Who missed the link gets another one: she is another key then, and nothing was signed with the one before. */
function NewLink({
  person,
  onClose,
  onMade,
}: {
  readonly person: Person
  readonly onClose: () => void
  readonly onMade: (made: Output<'people.rekey'>) => void
}) {
  const say = useWords(texts)
  const { language } = useLanguage()
  const rekey = useChange('people.rekey', ['people.'])
  const [evidence, setEvidence] = useState('')
  const [mailed, setMailed] = useState(true)
  const name = person.name || person.account
  return (
    <Confirm
      title={say('again_name', { name })}
      text={say('again_text', { name })}
      sure={say('again')}
      isHarmless
      isReady={evidence.trim() !== ''}
      error={rekey.error}
      busy={rekey.isPending}
      onClose={onClose}
      onSure={() =>
        rekey.mutate(
          { id: person.id, reason: 'activation_missed', evidence: evidence.trim(), mailed, language },
          { onSuccess: onMade },
        )
      }
    >
      <TextInput
        label={say('evidence', { name })}
        description={say('evidence_help')}
        value={evidence}
        maxLength={1000}
        onChange={(event) => setEvidence(event.currentTarget.value)}
      />
      <Checkbox
        label={say('mailed')}
        checked={mailed}
        onChange={(event) => setMailed(event.currentTarget.checked)}
      />
    </Confirm>
  )
}

function NewPerson({
  roles,
  onClose,
  onAdded,
}: {
  readonly roles: readonly Role[]
  readonly onClose: () => void
  readonly onAdded: (person: Output<'people.add'>) => void
}) {
  const say = useWords(texts)
  const shared = useWords(common)
  const add = useChange('people.add', ['people.'])
  const [typed, setTyped] = useState({
    given_name: '',
    family_name: '',
    email: '',
    job_title: '',
    account: '',
  })
  const [chosen, setChosen] = useState<string[]>(['contact_person'])
  const [mailed, setMailed] = useState(false)
  const { language } = useLanguage()
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
        ...{ mailed, language },
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
          <RoleChoice all={roles} chosen={chosen} onChoose={setChosen} />
          <Checkbox
            label={say('mailed')}
            checked={mailed}
            onChange={(event) => setMailed(event.currentTarget.checked)}
          />
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
