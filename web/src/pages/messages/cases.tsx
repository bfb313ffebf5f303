import { Badge, Button, Group, NativeSelect, Paper, Stack, Text } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { type Item, useChange, useList } from '../../api/hooks'
import { Confirm } from '../../ui/confirm'
import { Empty, Loaded, More, Page } from '../../ui/page'
import { useTell } from '../../ui/told'
import { hasRole, useWho } from '../../who'
import { useFormats, useLanguage, useWords, words } from '../../words/words'
import { AskCase } from './ask-case'
import { OpenCase } from './open-case'

const texts = words({
  nl: {
    title: 'Zaken',
    lead: 'Eén vraag met een partner. Zolang de zaak open is, ziet wie hem behandelt precies wat daarvoor nodig is.',
    none: 'Er zijn geen zaken.',
    show: 'Toon',
    open: 'open',
    closed: 'gesloten',
    ended: 'afgelopen',
    open_one: 'Een partner iets vragen',
    ask_one: 'Een zaak beginnen voor een partner',
    asking: 'wij zien gegevens van {name}',
    owning: '{name} ziet gegevens van u',
    by_us: 'begonnen door ons',
    by_partner: 'begonnen door {name}',
    until: 'open tot en met {day}',
    closed_at: 'gesloten op {day}',
    close: 'Sluiten',
    close_title: 'Deze zaak sluiten?',
    close_text: 'Wat ervoor werd gedeeld, ziet niemand meer; aan beide kanten, meteen.',
    was_closed: 'De zaak is gesloten.',
  },
  en: {
    title: 'Cases',
    lead: 'One question with a partner. As long as the case is open, who deals with it sees just what that takes.',
    none: 'There are no cases.',
    show: 'Show',
    open: 'open',
    closed: 'closed',
    ended: 'over',
    open_one: 'Ask a partner something',
    ask_one: 'Begin a case for a partner',
    asking: 'we see data of {name}',
    owning: '{name} sees data of yours',
    by_us: 'begun by us',
    by_partner: 'begun by {name}',
    until: 'open until {day}',
    closed_at: 'closed on {day}',
    close: 'Close',
    close_title: 'Close this case?',
    close_text: 'What was shared for it nobody sees any more; on both sides, at once.',
    was_closed: 'The case is closed.',
  },
})

type Case = Item<'cases.list'>

/** Questions between her company and partners, and what is seen for as long as they last. */
export default function Cases() {
  const say = useWords(texts)
  const navigate = useNavigate()
  const asks = hasRole(useWho(), 'account_manager', 'coordinator', 'administrator')
  const isClosed = useSearch({ from: '/inside/messages/cases' }).state === 'closed'
  const list = useList('cases.list', { limit: 50, state: isClosed ? 'closed' : 'open' })
  const [closing, setClosing] = useState<Case | null>(null)
  const [dialog, openDialog] = useState<'open' | 'ask' | null>(null)
  return (
    <Page
      title={say('title')}
      lead={say('lead')}
      actions={
        <>
          <Button onClick={() => openDialog('open')}>{say('open_one')}</Button>
          {asks && (
            <Button variant="default" onClick={() => openDialog('ask')}>
              {say('ask_one')}
            </Button>
          )}
        </>
      }
    >
      <NativeSelect
        className="no-print"
        label={say('show')}
        maw={240}
        value={isClosed ? 'closed' : 'open'}
        data={(['open', 'closed'] as const).map((value) => ({ value, label: say(value) }))}
        onChange={({ currentTarget: { value } }) =>
          navigate({
            to: '/messages/cases',
            search: { state: value === 'open' ? undefined : value },
            replace: true,
          })
        }
      />
      <Loaded of={list}>
        {list.items?.length === 0 && <Empty>{say('none')}</Empty>}
        <Stack gap="sm">
          {list.items?.map((one) => (
            <CaseCard key={one.id} one={one} onClose={() => setClosing(one)} />
          ))}
        </Stack>
        <More list={list} />
      </Loaded>
      {closing && <Close one={closing} onClose={() => setClosing(null)} />}
      {dialog === 'open' && <OpenCase onClose={() => openDialog(null)} />}
      {dialog === 'ask' && <AskCase onClose={() => openDialog(null)} />}
    </Page>
  )
}

function CaseCard({ one, onClose }: { readonly one: Case; readonly onClose: () => void }) {
  const say = useWords(texts)
  const { language } = useLanguage()
  const { day } = useFormats()
  const title = one.title?.[language] ?? one.question
  return (
    <Paper withBorder p="md" radius="md">
      <Group justify="space-between" align="flex-start" wrap="wrap">
        <Stack gap={4} flex="1 1 16rem">
          <Group gap="xs">
            <Text fw={600} className="breakable">
              {title}
            </Text>
            <Badge variant="light" color={one.state === 'open' ? 'regie' : 'gray'}>
              {say(one.state)}
            </Badge>
          </Group>
          <Text size="sm" c="dimmed" className="breakable">
            {[
              say(one.side, one.partner),
              say(one.opened_by === 'us' ? 'by_us' : 'by_partner', one.partner),
              one.closed_at === null
                ? say('until', { day: day(one.until) })
                : say('closed_at', { day: day(one.closed_at) }),
            ].join(' · ')}
          </Text>
          {one.about !== null && <Text className="document">{one.about}</Text>}
        </Stack>
        {one.state === 'open' && (
          <Button
            variant="light"
            color="red"
            className="no-print"
            aria-label={`${say('close')}: ${title}`}
            onClick={onClose}
          >
            {say('close')}
          </Button>
        )}
      </Group>
    </Paper>
  )
}

function Close({ one, onClose }: { readonly one: Case; readonly onClose: () => void }) {
  const say = useWords(texts)
  const tell = useTell()
  const close = useChange('cases.close', ['cases.', 'access.'])
  return (
    <Confirm
      title={say('close_title')}
      text={say('close_text')}
      sure={say('close')}
      error={close.error}
      busy={close.isPending}
      onClose={onClose}
      onSure={() =>
        close.mutate(
          { id: one.id },
          {
            onSuccess: () => {
              onClose()
              tell({ text: say('was_closed') })
            },
          },
        )
      }
    >
      <Text size="sm" fw={600} className="breakable">
        {one.about ?? one.question}
      </Text>
    </Confirm>
  )
}
