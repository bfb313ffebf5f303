import { Badge, Button, Group, Modal, Paper, Progress, Select, Stack, Text, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { type FormEvent, useEffect, useState } from 'react'
import type { Output } from '../../api/call'
import { useChange, useRead } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { TextLink } from '../../ui/link'
import { Empty, Fact, Facts, Failure, Loaded, Page } from '../../ui/page'
import { useTell } from '../../ui/told'
import { hasRole, useWho } from '../../who'
import { common } from '../../words/common'
import { useFormats, useWords, words } from '../../words/words'

type Campaign = Output<'campaigns.list'>['items'][number]

const texts = words({
  nl: {
    title: 'Rondes voor het beleid',
    lead: 'Iedereen in het netwerk vragen om een nieuwe versie van het beleid te aanvaarden, voor een uiterste datum.',
    one: 'Ronde voor versie {version}',
    start: 'Ronde beginnen',
    version: 'Welke versie van het beleid?',
    a_version: 'Versie {version}, geldt vanaf {day}',
    until: 'Laatste dag om te aanvaarden',
    sure_title: 'Iedereen om versie {version} vragen?',
    sure_text:
      'Iedere organisatie en persoon in het netwerk krijgt bericht. Wie op {day} nog niet aanvaardde, wordt daarna geschorst. Berichten die weg zijn, komen niet terug.',
    empty: 'Er was nog geen ronde.',
    running: 'loopt',
    stopped: 'gestopt',
    ended: 'afgelopen',
    parties: 'Organisaties en personen',
    told: 'Bericht gekregen',
    accepted: 'Aanvaard',
    waiting: 'Nog niet aanvaard',
    suspended: 'Geschorst',
    excused: 'Weer toegelaten zonder aanvaarding',
    so_far: '{accepted} van {parties} aanvaardden',
    started: 'Begonnen',
    deadline: 'Uiterlijk',
    over: 'Afgelopen op',
    stop: 'Stoppen',
    stop_title: 'De ronde voor versie {version} stoppen?',
    stop_text: 'Niemand krijgt nog bericht en niemand wordt nog geschorst, tot u de ronde laat doorgaan.',
    resume: 'Laten doorgaan',
    begun: 'De ronde voor versie {version} is begonnen.',
    halted: 'De ronde voor versie {version} staat stil.',
    gone_on: 'De ronde voor versie {version} gaat door.',
    all: 'Alle rondes',
  },
  en: {
    title: 'Policy rounds',
    lead: 'Ask everybody in the network to accept a new version of the policy, before a last day.',
    one: 'Round for version {version}',
    start: 'Begin a round',
    version: 'Which version of the policy?',
    a_version: 'Version {version}, holds from {day}',
    until: 'Last day to accept',
    sure_title: 'Ask everybody for version {version}?',
    sure_text:
      'Every organisation and person in the network is told. Who did not accept by {day} is suspended after it. What was sent is not taken back.',
    empty: 'There was no round yet.',
    running: 'running',
    stopped: 'stopped',
    ended: 'ended',
    parties: 'Organisations and persons',
    told: 'Told',
    accepted: 'Accepted',
    waiting: 'Not accepted yet',
    suspended: 'Suspended',
    excused: 'Let in again without accepting',
    so_far: '{accepted} of {parties} accepted',
    started: 'Begun',
    deadline: 'At the latest',
    over: 'Ended on',
    stop: 'Stop',
    stop_title: 'Stop the round for version {version}?',
    stop_text: 'Nobody more is told and nobody more is suspended, until you let the round go on.',
    resume: 'Let it go on',
    begun: 'The round for version {version} has begun.',
    halted: 'The round for version {version} stands still.',
    gone_on: 'The round for version {version} goes on.',
    all: 'All rounds',
  },
})

const touches = ['campaigns.']
const LOOK_AGAIN_MS = 3_000

/** All rounds, and how one is begun. */
export default function Campaigns() {
  const say = useWords(texts)
  const who = useWho()
  const list = useRead('campaigns.list', {})
  const [isStarting, setStarting] = useState(false)
  const mayStart = hasRole(who, 'servicedesk')
  const items = list.data?.items ?? []
  useLookAgain(items.some(isRunning))
  return (
    <Page
      title={say('title')}
      lead={say('lead')}
      actions={mayStart && list.data && <Button onClick={() => setStarting(true)}>{say('start')}</Button>}
    >
      <Loaded of={list}>
        {items.length === 0 && <Empty>{say('empty')}</Empty>}
        <Stack gap="md">
          {items.map((one) => (
            <Round key={one.id} one={one} isLinked />
          ))}
        </Stack>
      </Loaded>
      {isStarting && <Start taken={items.map(({ version }) => version)} onClose={() => setStarting(false)} />}
    </Page>
  )
}

/** One round, at an address of its own. */
export function CampaignPage() {
  const say = useWords(texts)
  const { id } = useParams({ from: '/inside/desk/campaigns/$id' })
  const found = useRead('campaigns.get', { id })
  useLookAgain(found.data !== undefined && isRunning(found.data))
  return (
    <Page title={found.data ? say('one', { version: found.data.version }) : say('title')}>
      <Loaded of={found}>{found.data && <Round one={found.data} />}</Loaded>
      <TextLink to="/desk/campaigns">{say('all')}</TextLink>
    </Page>
  )
}

const isRunning = ({ state }: Campaign) => state === 'running'

/** A round goes on while somebody looks. */
function useLookAgain(isOn: boolean): void {
  const client = useQueryClient()
  useEffect(() => {
    if (!isOn) return
    const timer = window.setInterval(
      () =>
        void client.invalidateQueries({
          predicate: ({ queryKey }) => String(queryKey[0]).startsWith('campaigns.'),
        }),
      LOOK_AGAIN_MS,
    )
    return () => window.clearInterval(timer)
  }, [client, isOn])
}

function Round({ one, isLinked = false }: { readonly one: Campaign; readonly isLinked?: boolean }) {
  const say = useWords(texts)
  const { day, number } = useFormats()
  const who = useWho()
  const tell = useTell()
  const stop = useChange('campaigns.stop', touches)
  const resume = useChange('campaigns.resume', touches)
  const [isStopping, setStopping] = useState(false)
  const { id, version, progress } = one
  const part = progress.parties > 0 ? (100 * progress.accepted) / progress.parties : 0
  const mayChange = hasRole(who, 'servicedesk')
  return (
    <Paper withBorder p="md" radius="md">
      <Stack gap="sm">
        <Group justify="space-between" wrap="wrap">
          {isLinked ? (
            <TextLink to="/desk/campaigns/$id" params={{ id }} fw={600}>
              {say('one', { version })}
            </TextLink>
          ) : (
            <Text fw={600}>{say('one', { version })}</Text>
          )}
          <Badge variant="light" color={one.state === 'running' ? 'regie' : 'gray'}>
            {say(one.state)}
          </Badge>
        </Group>
        <Text size="sm" role="status">
          {say('so_far', { accepted: number(progress.accepted), parties: number(progress.parties) })}
        </Text>
        <Progress value={part} aria-label={say('one', { version })} />
        <Facts>
          <Fact name={say('started')}>{day(one.started_at)}</Fact>
          <Fact name={say('deadline')}>{day(one.deadline)}</Fact>
          {one.ended_at !== null && <Fact name={say('over')}>{day(one.ended_at)}</Fact>}
          {(['parties', 'told', 'accepted', 'waiting', 'suspended', 'excused'] as const).map((what) => (
            <Fact key={what} name={say(what)}>
              {number(progress[what])}
            </Fact>
          ))}
        </Facts>
        {resume.error && <Failure error={resume.error} />}
        {mayChange && one.state === 'running' && (
          <Group>
            <Button variant="light" color="red" onClick={() => setStopping(true)}>
              {say('stop')}
            </Button>
          </Group>
        )}
        {mayChange && one.state === 'stopped' && (
          <Group>
            <Button
              variant="default"
              loading={resume.isPending}
              onClick={() =>
                resume.mutate({ id }, { onSuccess: () => tell({ text: say('gone_on', { version }) }) })
              }
            >
              {say('resume')}
            </Button>
          </Group>
        )}
      </Stack>
      {isStopping && (
        <Confirm
          title={say('stop_title', { version })}
          text={say('stop_text')}
          sure={say('stop')}
          error={stop.error}
          busy={stop.isPending}
          onClose={() => setStopping(false)}
          onSure={() =>
            stop.mutate(
              { id },
              {
                onSuccess: () => {
                  setStopping(false)
                  tell({ text: say('halted', { version }), undo: () => resume.mutate({ id }) })
                },
              },
            )
          }
        />
      )}
    </Paper>
  )
}

/** Asks which version and until when, and then once more: what is sent is not taken back. */
function Start({ taken, onClose }: { readonly taken: readonly number[]; readonly onClose: () => void }) {
  const say = useWords(texts)
  const shared = useWords(common)
  const { day } = useFormats()
  const tell = useTell()
  const versions = useRead('policy.versions', {})
  const start = useChange('campaigns.start', touches)
  const [version, setVersion] = useState<string | null>(null)
  const [until, setUntil] = useState('')
  const [isSure, setSure] = useState(false)
  const next = (event: FormEvent) => {
    event.preventDefault()
    if (version !== null && until !== '') setSure(true)
  }
  if (isSure)
    return (
      <Confirm
        title={say('sure_title', { version: version ?? '' })}
        text={say('sure_text', { day: day(until) })}
        sure={say('start')}
        error={start.error}
        busy={start.isPending}
        onClose={() => setSure(false)}
        onSure={() =>
          start.mutate(
            { version: Number(version), until },
            {
              onSuccess: () => {
                onClose()
                tell({ text: say('begun', { version: version ?? '' }) })
              },
            },
          )
        }
      />
    )
  return (
    <Modal
      opened
      onClose={onClose}
      title={say('start')}
      centered
      closeButtonProps={{ 'aria-label': shared('close') }}
    >
      <form onSubmit={next}>
        <Stack>
          <Loaded of={versions}>
            <Select
              label={say('version')}
              required
              value={version}
              onChange={setVersion}
              data={(versions.data?.items ?? [])
                .filter((one) => !taken.includes(one.version))
                .map((one) => ({
                  value: String(one.version),
                  label: say('a_version', { version: one.version, day: day(one.effective) }),
                }))}
            />
          </Loaded>
          <TextInput
            label={say('until')}
            type="date"
            required
            value={until}
            onChange={(event) => setUntil(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {shared('cancel')}
            </Button>
            <Button type="submit" disabled={version === null || until === ''}>
              {say('start')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
