import { Badge, Button, Group, NativeSelect, Paper, Radio, Stack, Text, Textarea } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import type { Input } from '../../api/call'
import { type Item, useChange, useList, useRead } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { TextLink } from '../../ui/link'
import { Empty, Loaded, More, Page } from '../../ui/page'
import { saveFile } from '../../ui/save-file'
import { useTell } from '../../ui/told'
import { hasRole, useWho } from '../../who'
import { useSettingNames } from '../../words/processing'
import { useFormats, useLanguage, useWords, words } from '../../words/words'
import { InformingMoment } from './informing-moment'

const texts = words({
  nl: {
    title: 'Te informeren',
    lead: 'Wie u uit een lijst haalde, heeft er recht op te horen dat u gegevens hebt, waarvandaan en waarvoor: binnen een maand (AVG, artikel 14).',
    show: 'Toon',
    open: 'wie nog niets hoorde',
    sent: 'wie het hoorde',
    not_needed: 'wie het niet hoefde te horen',
    erased: 'wie is gewist',
    none_open: 'Iedereen die het moest horen, heeft het gehoord.',
    none: 'Er is niemand.',
    import: 'Naar het importeren',
    nobody: 'iemand die is gewist',
    due: 'uiterlijk {day}',
    late: 'te laat',
    from: 'Uit: {files}',
    settled: 'Gedaan op {day}',
    letter: 'De brief lezen',
    letter_title: 'Brief aan {name}',
    needs: 'De brief kan pas gemaakt worden als bij Verantwoording is ingevuld: {what}.',
    save: 'Brief opslaan',
    tell: 'Verteld',
    how: 'Hoe is het verteld?',
    mail: 'per e-mail',
    by_letter: 'per brief',
    phone: 'per telefoon',
    in_person: 'in een gesprek',
    other: 'anders',
    told: 'Onthouden dat {name} het weet.',
    skip: 'Niet nodig',
    skip_title: 'Waarom hoeft {name} dit niet te horen?',
    has_information: 'Deze persoon weet het al',
    impossible: 'Het kan niet, of kost onevenredig veel moeite',
    required_by_law: 'De wet schrijft voor dat wij dit vastleggen',
    professional_secrecy: 'Het valt onder een beroepsgeheim',
    reason: 'Uitleg voor wie er later naar vraagt',
    skipped: 'Onthouden.',
  },
  en: {
    title: 'To be informed',
    lead: 'Whoever you took from a list has a right to hear that you have data, where from and what for: within a month (GDPR, article 14).',
    show: 'Show',
    open: 'who heard nothing yet',
    sent: 'who heard it',
    not_needed: 'who need not hear it',
    erased: 'who was erased',
    none_open: 'Everybody who had to hear it has heard it.',
    none: 'There is nobody.',
    import: 'To the imports',
    nobody: 'somebody who was erased',
    due: 'by {day}',
    late: 'late',
    from: 'From: {files}',
    settled: 'Done on {day}',
    letter: 'Read the letter',
    letter_title: 'Letter to {name}',
    needs: 'The letter can be made once this is filled in under Accountability: {what}.',
    save: 'Save the letter',
    tell: 'Told',
    how: 'How was it told?',
    mail: 'by e-mail',
    by_letter: 'by letter',
    phone: 'by telephone',
    in_person: 'in person',
    other: 'otherwise',
    told: 'Remembered that {name} knows.',
    skip: 'Not needed',
    skip_title: 'Why need {name} not hear this?',
    has_information: 'This person knows already',
    impossible: 'It cannot be done, or takes too much effort',
    required_by_law: 'The law says that we record this',
    professional_secrecy: 'It falls under professional secrecy',
    reason: 'Explained for whoever asks later',
    skipped: 'Remembered.',
  },
})

type Notice = Item<'informing.list'>
const states = ['open', 'sent', 'not_needed', 'erased'] as const
const ways: readonly (readonly [
  Input<'informing.sent'>['how'],
  'mail' | 'by_letter' | 'phone' | 'in_person' | 'other',
])[] = [
  ['mail', 'mail'],
  ['letter', 'by_letter'],
  ['phone', 'phone'],
  ['in_person', 'in_person'],
  ['other', 'other'],
]
const whyNot = ['has_information', 'impossible', 'required_by_law', 'professional_secrecy'] as const

/** Persons whom an import brought: that they hear of it, and when they did. */
export default function Informing() {
  const say = useWords(texts)
  const navigate = useNavigate()
  const search = useSearch({ from: '/inside/partners/informing' })
  const state = states.find((one) => one === search.state) ?? 'open'
  const list = useList('informing.list', { state, limit: 50 })
  const [reading, read] = useState<Notice | null>(null)
  const [telling, tell] = useState<Notice | null>(null)
  const [skipping, skip] = useState<Notice | null>(null)
  const close = () => {
    read(null)
    tell(null)
    skip(null)
  }
  return (
    <Page title={say('title')} lead={say('lead')}>
      <NativeSelect
        className="no-print"
        label={say('show')}
        maw={360}
        value={state}
        data={states.map((value) => ({ value, label: say(value) }))}
        onChange={({ currentTarget: { value } }) =>
          navigate({
            to: '/partners/informing',
            search: { state: value === 'open' ? undefined : value },
            replace: true,
          })
        }
      />
      <Loaded of={list}>
        {list.items?.length === 0 && (
          <Empty action={<TextLink to="/partners/import">{say('import')}</TextLink>}>
            {say(state === 'open' ? 'none_open' : 'none')}
          </Empty>
        )}
        <Stack gap="sm">
          {list.items?.map((notice) => (
            <Card key={notice.id} notice={notice} onRead={read} onTell={tell} onSkip={skip} />
          ))}
        </Stack>
        <More list={list} />
      </Loaded>
      {reading && <Letter notice={reading} onClose={close} />}
      {telling && <Told notice={telling} onClose={close} />}
      {skipping && <Skip notice={skipping} onClose={close} />}
    </Page>
  )
}

function Card({
  notice,
  onRead,
  onTell,
  onSkip,
}: {
  readonly notice: Notice
  readonly onRead: (notice: Notice) => void
  readonly onTell: (notice: Notice) => void
  readonly onSkip: (notice: Notice) => void
}) {
  const say = useWords(texts)
  const { day } = useFormats()
  const tells = hasRole(useWho(), 'account_manager', 'coordinator', 'administrator')
  const name = notice.name ?? say('nobody')
  const isOpen = notice.state === 'open'
  return (
    <Paper withBorder p="md" radius="md">
      <Group justify="space-between" align="flex-start" wrap="wrap">
        <Stack gap={4} flex="1 1 16rem">
          <Group gap="xs">
            <Text fw={600} className="breakable">
              {name}
            </Text>
            {notice.overdue && (
              <Badge color="red" variant="light">
                {say('late')}
              </Badge>
            )}
          </Group>
          <Text size="sm" c="dimmed" className="breakable">
            {[
              notice.company,
              isOpen ? say('due', { day: day(notice.due_at) }) : null,
              notice.settled_at && say('settled', { day: day(notice.settled_at) }),
              notice.reason,
            ]
              .filter(Boolean)
              .join(' · ')}
          </Text>
          <Text size="sm" c="dimmed" className="breakable">
            {say('from', { files: notice.sources.map((one) => one.name).join(', ') })}
          </Text>
        </Stack>
        {notice.state !== 'erased' && (
          <Group gap="xs" className="no-print">
            <Button variant="default" aria-label={`${say('letter')}: ${name}`} onClick={() => onRead(notice)}>
              {say('letter')}
            </Button>
            {isOpen && tells && (
              <>
                <Button aria-label={`${say('tell')}: ${name}`} onClick={() => onTell(notice)}>
                  {say('tell')}
                </Button>
                <Button
                  variant="subtle"
                  aria-label={`${say('skip')}: ${name}`}
                  onClick={() => onSkip(notice)}
                >
                  {say('skip')}
                </Button>
                {notice.because === 'month' && notice.partner !== null && (
                  <InformingMoment partner={notice.partner} name={name} />
                )}
              </>
            )}
          </Group>
        )}
      </Group>
    </Paper>
  )
}

interface Dialog {
  readonly notice: Notice
  readonly onClose: () => void
}

function Letter({ notice, onClose }: Dialog) {
  const say = useWords(texts)
  const { language } = useLanguage()
  const setting = useSettingNames()
  const letter = useRead('informing.show', { id: notice.id, language })
  const name = notice.name ?? say('nobody')
  const { html, text, missing = [] } = letter.data ?? {}
  return (
    <Confirm
      title={say('letter_title', { name })}
      sure={say('save')}
      isHarmless
      isReady={(html ?? text ?? null) !== null}
      error={null}
      busy={letter.isPending}
      onClose={onClose}
      onSure={() =>
        html
          ? saveFile(`${say('letter_title', { name })}.html`, 'text/html', html)
          : saveFile(`${say('letter_title', { name })}.txt`, 'text/plain', text ?? '')
      }
    >
      <Loaded of={letter}>
        {missing.length > 0 && (
          <Text size="sm">{say('needs', { what: missing.map(setting).join(', ') })}</Text>
        )}
        {text && (
          <Text size="sm" className="document">
            {text}
          </Text>
        )}
      </Loaded>
    </Confirm>
  )
}

function Told({ notice, onClose }: Dialog) {
  const say = useWords(texts)
  const { language } = useLanguage()
  const tell = useTell()
  const sent = useChange('informing.sent', ['informing.'])
  const [how, choose] = useState<Input<'informing.sent'>['how']>('mail')
  const name = notice.name ?? say('nobody')
  return (
    <Confirm
      title={`${say('how')} (${name})`}
      sure={say('tell')}
      isHarmless
      error={sent.error}
      busy={sent.isPending}
      onClose={onClose}
      onSure={() =>
        sent.mutate(
          { id: notice.id, how, language },
          {
            onSuccess: () => {
              onClose()
              tell({ text: say('told', { name }) })
            },
          },
        )
      }
    >
      <Radio.Group
        aria-label={say('how')}
        value={how}
        onChange={(value) => choose(ways.find(([one]) => one === value)?.[0] ?? 'other')}
      >
        <Stack gap="xs">
          {ways.map(([value, word]) => (
            <Radio key={value} value={value} label={say(word)} />
          ))}
        </Stack>
      </Radio.Group>
    </Confirm>
  )
}

function Skip({ notice, onClose }: Dialog) {
  const say = useWords(texts)
  const tell = useTell()
  const skip = useChange('informing.not-needed', ['informing.'])
  const [why, choose] = useState<(typeof whyNot)[number]>('has_information')
  const [reason, setReason] = useState('')
  return (
    <Confirm
      title={say('skip_title', { name: notice.name ?? say('nobody') })}
      sure={say('skip')}
      isReady={reason.trim() !== ''}
      error={skip.error}
      busy={skip.isPending}
      onClose={onClose}
      onSure={() =>
        skip.mutate(
          { id: notice.id, why, reason },
          {
            onSuccess: () => {
              onClose()
              tell({ text: say('skipped') })
            },
          },
        )
      }
    >
      <Radio.Group
        aria-label={say('skip')}
        value={why}
        onChange={(value) => choose(whyNot.find((one) => one === value) ?? 'has_information')}
      >
        <Stack gap="xs">
          {whyNot.map((value) => (
            <Radio key={value} value={value} label={say(value)} />
          ))}
        </Stack>
      </Radio.Group>
      <Textarea
        label={say('reason')}
        required
        autosize
        maxLength={1000}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </Confirm>
  )
}
