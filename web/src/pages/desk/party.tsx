import { Badge, Button, Checkbox, Group, Paper, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { hrefOf, type Output } from '../../api/call'
import { useChange, useRead } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { TextLink } from '../../ui/link'
import { Fact, Facts, Loaded, Page, Section } from '../../ui/page'
import { useTell } from '../../ui/told'
import { hasRole, useWho } from '../../who'
import { isRegistryRole, registryWords } from '../../words/registry'
import { useFormats, useWords, words } from '../../words/words'

type Party = Output<'registry.get'>

const texts = words({
  nl: {
    title: 'Organisatie',
    state: 'Stand',
    kvk: 'KVK-nummer',
    roles: 'Rollen',
    since: 'Sinds',
    did: 'Identiteit',
    statement: 'Rekening',
    suspend: 'Schorsen',
    suspend_title: '{name} schorsen?',
    suspend_text: 'Wat {name} vanaf nu aan anderen vraagt, wordt geweigerd, tot u de schorsing opheft.',
    resume: 'Schorsing opheffen',
    resume_title: 'De schorsing van {name} opheffen?',
    resume_text: '{name} doet weer mee in het netwerk.',
    change: 'Rollen wijzigen',
    change_title: 'De rollen van {name}',
    change_text: 'Naast lid: wat {name} nog meer is voor het netwerk. Iedereen kan dit lezen.',
    extra: 'Rollen naast lid',
    reason: 'Reden, voor wie later kijkt',
    history: 'Wat er gebeurde',
    proof: 'Bewijs',
    proof_lead:
      'Een bestand dat later, ook zonder MYOBI, laat zien hoe deze organisatie op een dag in het register stond.',
    on: 'Op welke dag? (leeg is nu)',
    download: 'Bewijs opslaan',
    suspended_now: '{name} is geschorst.',
    resumed_now: '{name} doet weer mee.',
    roles_now: 'De rollen van {name} zijn gewijzigd.',
    all: 'Terug naar het register',
  },
  en: {
    title: 'Organisation',
    state: 'State',
    kvk: 'KVK number',
    roles: 'Roles',
    since: 'Since',
    did: 'Identity',
    statement: 'Statement',
    suspend: 'Suspend',
    suspend_title: 'Suspend {name}?',
    suspend_text: 'What {name} asks of others from now on is refused, until you lift the suspension.',
    resume: 'Lift the suspension',
    resume_title: 'Lift the suspension of {name}?',
    resume_text: '{name} takes part in the network again.',
    change: 'Change roles',
    change_title: 'The roles of {name}',
    change_text: 'Besides a member: what else {name} is to the network. Everybody can read this.',
    extra: 'Roles besides member',
    reason: 'Reason, for who looks later',
    history: 'What happened',
    proof: 'Proof',
    proof_lead:
      'A file that shows later, even without MYOBI, how this organisation stood in the registry on a day.',
    on: 'On which day? (empty is now)',
    download: 'Save the proof',
    suspended_now: '{name} is suspended.',
    resumed_now: '{name} takes part again.',
    roles_now: 'The roles of {name} were changed.',
    all: 'Back to the registry',
  },
})

const touches = ['registry.']

/** One organisation of the network: what it is, what happened to it, and what the servicedesk may do about it. */
export default function PartyPage() {
  const say = useWords(texts)
  const { did } = useParams({ from: '/inside/desk/registry/$did' })
  const found = useRead('registry.get', { did })
  return (
    <Page title={found.data?.name ?? say('title')}>
      <Loaded of={found}>{found.data && <Shown one={found.data} />}</Loaded>
      <TextLink to="/desk/registry">{say('all')}</TextLink>
    </Page>
  )
}

function Shown({ one }: { readonly one: Party }) {
  const say = useWords(texts)
  const sayRegistry = useWords(registryWords)
  const { moment } = useFormats()
  const who = useWho()
  const [asking, ask] = useState<'suspend' | 'resume' | 'roles' | null>(null)
  const mayChange = hasRole(who, 'servicedesk') && !one.roles.includes('trust_anchor')
  return (
    <>
      <Paper withBorder p="lg" radius="md">
        <Facts>
          <Fact name={say('state')}>
            <Badge variant="light" color={one.state === 'active' ? 'regie' : 'red'}>
              {sayRegistry(one.state)}
            </Badge>
          </Fact>
          {one.kvk_number !== null && <Fact name={say('kvk')}>{one.kvk_number}</Fact>}
          <Fact name={say('roles')}>{one.roles.map((role) => sayRegistry(role)).join(', ')}</Fact>
          <Fact name={say('since')}>{moment(one.since)}</Fact>
          <Fact name={say('did')}>
            <span className="breakable">{one.did}</span>
          </Fact>
        </Facts>
        {mayChange && (
          <Group mt="md" className="no-print">
            <Button variant="default" onClick={() => ask('roles')}>
              {say('change')}
            </Button>
            {one.state === 'active' ? (
              <Button variant="light" color="red" onClick={() => ask('suspend')}>
                {say('suspend')}
              </Button>
            ) : (
              <Button variant="default" onClick={() => ask('resume')}>
                {say('resume')}
              </Button>
            )}
          </Group>
        )}
      </Paper>
      <History did={one.did} />
      <Proof did={one.did} />
      {(asking === 'suspend' || asking === 'resume') && (
        <Suspension one={one} move={asking} onClose={() => ask(null)} />
      )}
      {asking === 'roles' && <Roles one={one} onClose={() => ask(null)} />}
    </>
  )
}

function Suspension({
  one: { did, name },
  move,
  onClose,
}: {
  readonly one: Party
  readonly move: 'suspend' | 'resume'
  readonly onClose: () => void
}) {
  const say = useWords(texts)
  const tell = useTell()
  const suspend = useChange('registry.suspend', touches)
  const resume = useChange('registry.resume', touches)
  const [reason, setReason] = useState('')
  const change = move === 'suspend' ? suspend : resume
  return (
    <Confirm
      title={say(`${move}_title`, { name })}
      text={say(`${move}_text`, { name })}
      sure={say(move)}
      isHarmless={move === 'resume'}
      isReady={reason.trim() !== ''}
      error={change.error}
      busy={change.isPending}
      onClose={onClose}
      onSure={() =>
        change.mutate(
          { did, reason: reason.trim() },
          {
            onSuccess: () => {
              onClose()
              tell({ text: say(move === 'suspend' ? 'suspended_now' : 'resumed_now', { name }) })
            },
          },
        )
      }
    >
      <Textarea
        label={say('reason')}
        required
        autosize
        maxLength={2000}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </Confirm>
  )
}

function Roles({
  one: { did, name, roles },
  onClose,
}: {
  readonly one: Party
  readonly onClose: () => void
}) {
  const say = useWords(texts)
  const sayRegistry = useWords(registryWords)
  const tell = useTell()
  const change = useChange('registry.roles', touches)
  const [chosen, setChosen] = useState<string[]>(roles.filter(isRegistryRole))
  const [reason, setReason] = useState('')
  return (
    <Confirm
      title={say('change_title', { name })}
      text={say('change_text', { name })}
      sure={say('change')}
      isHarmless
      isReady={reason.trim() !== ''}
      error={change.error}
      busy={change.isPending}
      onClose={onClose}
      onSure={() =>
        change.mutate(
          { did, roles: chosen.filter(isRegistryRole), reason: reason.trim() },
          {
            onSuccess: () => {
              onClose()
              tell({ text: say('roles_now', { name }) })
            },
          },
        )
      }
    >
      <Checkbox.Group label={say('extra')} value={chosen} onChange={setChosen}>
        <Stack gap="xs" mt="xs">
          {(['issuer', 'verifier', 'intermediary'] as const).map((role) => (
            <Checkbox key={role} value={role} label={sayRegistry(role)} />
          ))}
        </Stack>
      </Checkbox.Group>
      <Textarea
        label={say('reason')}
        required
        autosize
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </Confirm>
  )
}

function History({ did }: { readonly did: string }) {
  const say = useWords(texts)
  const sayRegistry = useWords(registryWords)
  const { moment } = useFormats()
  const found = useRead('registry.history', { did })
  return (
    <Section title={say('history')}>
      <Loaded of={found}>
        <ol className="steps">
          {found.data?.history.map((entry) => (
            <li key={entry.version}>
              <Text size="sm">
                <span className="dimmed">{moment(entry.at)}</span> {sayRegistry(entry.event)}
                {entry.event === 'roles_changed' &&
                  `: ${entry.roles.map((role) => sayRegistry(role)).join(', ')}`}
              </Text>
            </li>
          ))}
        </ol>
      </Loaded>
    </Section>
  )
}

function Proof({ did }: { readonly did: string }) {
  const say = useWords(texts)
  const [on, setOn] = useState('')
  return (
    <Section title={say('proof')}>
      <Text size="sm" c="dimmed">
        {say('proof_lead')}
      </Text>
      <Group align="flex-end" className="no-print">
        <TextInput
          label={say('on')}
          type="date"
          value={on}
          onChange={(event) => setOn(event.currentTarget.value)}
        />
        <Button
          variant="default"
          component="a"
          download="registry-proof.json"
          href={hrefOf('registry.proof', { did, ...(on !== '' && { on }) })}
        >
          {say('download')}
        </Button>
      </Group>
    </Section>
  )
}
