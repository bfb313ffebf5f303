import {
  Alert,
  Badge,
  Button,
  Checkbox,
  Divider,
  Group,
  NativeSelect,
  Paper,
  Radio,
  Select,
  Stack,
  Text,
  Textarea,
} from '@mantine/core'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { type Item, useChange, useList, useRead } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { Empty, Fact, Facts, Failure, Loaded, Page } from '../../ui/page'
import { useTell } from '../../ui/told'
import { common } from '../../words/common'
import { useNames } from '../../words/names'
import { useTerms } from '../../words/purposes'
import { useFormats, useWords, words } from '../../words/words'
import { Counter } from './counter'

const texts = words({
  nl: {
    title: '{name} vraagt om uw gegevens',
    title_company: '{name} vraagt om gegevens van het bedrijf',
    gone: 'Dit verzoek is er niet, of niet voor u.',
    who: 'Wie',
    known: 'lid van het netwerk, gecontroleerd',
    employee: 'Gevraagd door',
    why: 'Waarom',
    gain: 'Wat u ervan hebt',
    purpose: 'Doel',
    basis: 'Grondslag',
    retention: 'Bewaartermijn bij de vrager',
    wanted_until: 'Gevraagd tot en met',
    asked_at: 'Gevraagd op',
    which: 'Wat deelt u?',
    which_hint: 'Zet uit wat u niet wilt delen. Wat niet gevraagd is, blijft onzichtbaar.',
    over: 'meer dan dit bedrijf zegt nodig te hebben',
    length: 'Hoe lang?',
    as_asked: 'Zoals gevraagd',
    month: 'Een maand',
    half: 'Een half jaar',
    year: 'Een jaar',
    kept: 'Bewaard antwoord',
    kept_help: 'Het deelt nooit meer dan u hierboven kiest.',
    no_kept: 'geen',
    share: 'Delen',
    share_n: '{n, plural, one {# gegeven delen} other {# gegevens delen}}',
    deny: 'Niet delen',
    deny_why: 'Waarom niet? (hoeft niet; de vrager leest dit)',
    deny_sure: 'Niet delen met {name}',
    shared: 'U deelt nu {n, plural, one {# gegeven} other {# gegevens}} met {name}.',
    denied: 'Niet gedeeld met {name}.',
    decided: 'U besliste al: {state}.',
    revocable: 'U kunt dit altijd weer intrekken. Wie keek, ziet u bij “Wie keek”.',
    unknown: 'onbekende partij',
    counter: 'Ja, als …',
    later: 'Later',
    later_title: 'Wanneer wilt u beslissen?',
    later_text: '{name} hoort alleen dat het verzoek wacht.',
    tomorrow: 'Morgen',
    week: 'Over een week',
    two_weeks: 'Over twee weken',
    later_done: 'U ziet dit verzoek weer op {day}.',
    waits_until: 'Uitgesteld tot {day}.',
    rated: 'Wat dit bedrijf eerder beloofde, kwam uit: {yes} keer ja, {partly} keer deels, {no} keer nee.',
  },
  en: {
    title: '{name} asks for your data',
    title_company: '{name} asks for data of the company',
    gone: 'This request is not here, or not for you.',
    who: 'Who',
    known: 'member of the network, verified',
    employee: 'Asked by',
    why: 'Why',
    gain: 'What it brings you',
    purpose: 'Purpose',
    basis: 'Legal basis',
    retention: 'How long it is kept there',
    wanted_until: 'Asked for until',
    asked_at: 'Asked on',
    which: 'What do you share?',
    which_hint: 'Switch off what you do not want to share. What was not asked for stays out of sight.',
    over: 'more than this company says it needs',
    length: 'For how long?',
    as_asked: 'As asked',
    month: 'A month',
    half: 'Half a year',
    year: 'A year',
    kept: 'Kept answer',
    kept_help: 'It never shares more than you choose above.',
    no_kept: 'none',
    share: 'Share',
    share_n: '{n, plural, one {Share # datum} other {Share # data}}',
    deny: 'Do not share',
    deny_why: 'Why not? (not required; who asks reads this)',
    deny_sure: 'Do not share with {name}',
    shared: 'You now share {n, plural, one {# datum} other {# data}} with {name}.',
    denied: 'Not shared with {name}.',
    decided: 'You decided already: {state}.',
    revocable: 'You can always take this back. Who looked is under “Who looked”.',
    unknown: 'unknown party',
    counter: 'Yes, if …',
    later: 'Later',
    later_title: 'When do you want to decide?',
    later_text: '{name} only hears that the request waits.',
    tomorrow: 'Tomorrow',
    week: 'In a week',
    two_weeks: 'In two weeks',
    later_done: 'You see this request again on {day}.',
    waits_until: 'Put off until {day}.',
    rated:
      'What this company promised before came true: {yes} times yes, {partly} times partly, {no} times no.',
  },
})

export default function RequestPage() {
  const say = useWords(texts)
  const { id } = useParams({ from: '/inside/requests/$id' })
  const list = useList('access.list', { limit: 200 })
  const request = list.items?.find((one) => one.id === id)
  return (
    <Loaded of={list}>
      {request ? (
        <Request request={request} />
      ) : (
        <Page title={say('gone')}>
          <Empty>{say('gone')}</Empty>
        </Page>
      )}
    </Loaded>
  )
}

function Request({ request }: { readonly request: Item<'access.list'> }) {
  const say = useWords(texts)
  const { code } = useNames()
  const { day, moment } = useFormats()
  const { purposes, basis } = useTerms()
  const { asker, actor, subject, ratings } = request
  const isRated = ratings.yes + ratings.partly + ratings.no > 0
  return (
    <Page title={say(subject === 'person' ? 'title' : 'title_company', { name: asker.name })}>
      <Paper withBorder p="lg" radius="md">
        <Facts>
          <Fact name={say('who')}>
            {asker.name} <Badge variant="light">{say('known')}</Badge>
          </Fact>
          {actor && (
            <Fact name={say('employee')}>
              {actor.name ?? actor.did}
              {actor.role ? `, ${code(actor.role)}` : ''}
            </Fact>
          )}
          <Fact name={say('why')}>{request.reason}</Fact>
          <Fact name={say('gain')}>{request.value}</Fact>
          <Fact name={say('purpose')}>{purposes(request.purpose)}</Fact>
          <Fact name={say('basis')}>{basis(request.legal_basis)}</Fact>
          {request.retention !== null && <Fact name={say('retention')}>{request.retention}</Fact>}
          {request.until !== null && <Fact name={say('wanted_until')}>{day(request.until)}</Fact>}
          <Fact name={say('asked_at')}>{moment(request.asked_at)}</Fact>
        </Facts>
        {isRated && (
          <Text size="sm" c="dimmed" mt="sm">
            {say('rated', { yes: ratings.yes, partly: ratings.partly, no: ratings.no })}
          </Text>
        )}
        {request.deferred_until !== null && (
          <Text size="sm" mt="sm">
            {say('waits_until', { day: day(request.deferred_until) })}
          </Text>
        )}
      </Paper>
      {request.state === 'pending' ? (
        <Decide request={request} />
      ) : (
        <Alert variant="light">{say('decided', { state: code(request.state) })}</Alert>
      )}
    </Page>
  )
}

function Decide({ request }: { readonly request: Item<'access.list'> }) {
  const say = useWords(texts)
  const shared = useWords(common)
  const { claim } = useNames()
  const tell = useTell()
  const navigate = useNavigate()
  const [chosen, choose] = useState<readonly string[]>(request.claims)
  const [length, setLength] = useState('asked')
  const [denying, setDenying] = useState(false)
  const [opened, setOpened] = useState<'counter' | 'later' | null>(null)
  const [reason, setReason] = useState('')
  const approve = useChange('access.approve', ['access.'])
  const whose = request.subject === 'person' ? 'me' : 'organisation'
  const kept = useRead('templates.list', {}).data?.items.filter(
    (one) => one.for === whose && (one.purpose === null || request.purpose.includes(one.purpose)),
  )
  const [template, setTemplate] = useState('')
  const deny = useChange('access.deny', ['access.'])
  const { id, asker, claims } = request

  const share = () =>
    approve.mutate(
      {
        id,
        ...(chosen.length < claims.length && { only: [...chosen] }),
        ...(length !== 'asked' && { until: length }),
        ...(template !== '' && { template }),
      },
      {
        onSuccess: ({ grant }) => {
          tell({ text: say('shared', { n: grant.claims.length, name: asker.name }) })
          void navigate({ to: '/requests' })
        },
      },
    )
  const refuse = () =>
    deny.mutate(
      { id, ...(reason.trim() !== '' && { reason: reason.trim() }) },
      {
        onSuccess: () => {
          tell({ text: say('denied', { name: asker.name }) })
          void navigate({ to: '/requests' })
        },
      },
    )
  return (
    <Paper withBorder p="lg" radius="md">
      <Stack>
        <Checkbox.Group
          label={say('which')}
          description={say('which_hint')}
          value={[...chosen]}
          onChange={choose}
        >
          <Stack gap="xs" mt="sm">
            {claims.map((reference) => {
              const { what, of } = claim(reference)
              const isOver = request.over_asked.includes(reference)
              return (
                <Checkbox
                  key={reference}
                  value={reference}
                  label={what}
                  description={isOver ? `${of} · ${say('over')}` : of}
                />
              )
            })}
          </Stack>
        </Checkbox.Group>
        <Select
          label={say('length')}
          value={length}
          onChange={(value) => setLength(value ?? 'asked')}
          allowDeselect={false}
          maw={280}
          data={[
            { value: 'asked', label: say('as_asked') },
            { value: 'P30D', label: say('month') },
            { value: 'P6M', label: say('half') },
            { value: 'P1Y', label: say('year') },
          ]}
        />
        {kept !== undefined && kept.length > 0 && (
          <NativeSelect
            label={say('kept')}
            description={say('kept_help')}
            value={template}
            maw={280}
            data={[
              { value: '', label: say('no_kept') },
              ...kept.map(({ name }) => ({ value: name, label: name })),
            ]}
            onChange={(event) => setTemplate(event.currentTarget.value)}
          />
        )}
        {approve.error && <Failure error={approve.error} />}
        {deny.error && <Failure error={deny.error} />}
        <Divider />
        {denying ? (
          <Stack gap="sm">
            <Textarea
              label={say('deny_why')}
              value={reason}
              maxLength={1000}
              autosize
              minRows={2}
              onChange={(event) => setReason(event.currentTarget.value)}
            />
            <Group>
              <Button variant="default" onClick={() => setDenying(false)}>
                {shared('back')}
              </Button>
              <Button color="red" loading={deny.isPending} onClick={refuse}>
                {say('deny_sure', { name: asker.name })}
              </Button>
            </Group>
          </Stack>
        ) : (
          <Group>
            <Button size="md" disabled={chosen.length === 0} loading={approve.isPending} onClick={share}>
              {chosen.length === claims.length ? say('share') : say('share_n', { n: chosen.length })}
            </Button>
            <Button size="md" variant="default" onClick={() => setDenying(true)}>
              {say('deny')}
            </Button>
            <Button size="md" variant="subtle" onClick={() => setOpened('counter')}>
              {say('counter')}
            </Button>
            <Button size="md" variant="subtle" onClick={() => setOpened('later')}>
              {say('later')}
            </Button>
          </Group>
        )}
        <Text size="sm" c="dimmed">
          {say('revocable')}
        </Text>
      </Stack>
      {opened === 'counter' && (
        <Counter
          request={request}
          only={chosen.length < claims.length ? chosen : undefined}
          until={length === 'asked' ? undefined : length}
          onClose={() => setOpened(null)}
          onMade={() => void navigate({ to: '/requests' })}
        />
      )}
      {opened === 'later' && <Later request={request} onClose={() => setOpened(null)} />}
    </Paper>
  )
}

const DAY_MS = 86_400_000

/** Not now: she sees it again on a day, and who asked is told nothing but that it waits. */
function Later({
  request: { id, asker },
  onClose,
}: {
  readonly request: Pick<Item<'access.list'>, 'id' | 'asker'>
  readonly onClose: () => void
}) {
  const say = useWords(texts)
  const { day } = useFormats()
  const tell = useTell()
  const navigate = useNavigate()
  const defer = useChange('access.defer', ['access.'])
  const [days, setDays] = useState('7')
  return (
    <Confirm
      title={say('later_title')}
      text={say('later_text', { name: asker.name })}
      sure={say('later')}
      isHarmless
      error={defer.error}
      busy={defer.isPending}
      onClose={onClose}
      onSure={() =>
        defer.mutate(
          { id, until: new Date(Date.now() + Number(days) * DAY_MS).toISOString().slice(0, 10) },
          {
            onSuccess: ({ deferred_until }) => {
              tell({ text: say('later_done', { day: day(deferred_until) }) })
              void navigate({ to: '/requests' })
            },
          },
        )
      }
    >
      <Radio.Group value={days} onChange={setDays} aria-label={say('later_title')}>
        <Stack gap="xs">
          <Radio value="1" label={say('tomorrow')} />
          <Radio value="7" label={say('week')} />
          <Radio value="14" label={say('two_weeks')} />
        </Stack>
      </Radio.Group>
    </Confirm>
  )
}
