import { Badge, Checkbox, Group, NativeSelect, Paper, Stack, Text } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useList } from '../../api/hooks'
import { TextLink } from '../../ui/link'
import { Empty, Loaded, More, Page } from '../../ui/page'
import { caseWords } from '../../words/cases'
import { isPartnerWord, partnerWords } from '../../words/partners'
import { useFormats, useWords, words } from '../../words/words'
import { boardTexts } from './invitations'

const texts = words({
  nl: {
    title: 'Lijst van uitnodigingen',
    lead: 'Alle uitnodigingen, ook die waarvan het verhaal uit is.',
    state: 'Stand',
    any: 'alle',
    overdue: 'te laat',
    unread: 'met ongelezen berichten',
    mine: 'die ik zelf maakte',
    none: 'Geen uitnodiging past hierbij.',
    board: 'Naar het bord',
    since: 'sinds {day}',
  },
  en: {
    title: 'List of invitations',
    lead: 'All invitations, also those that are over.',
    state: 'State',
    any: 'all',
    overdue: 'late',
    unread: 'with unread messages',
    mine: 'that I made myself',
    none: 'No invitation fits this.',
    board: 'To the board',
    since: 'since {day}',
  },
})

const states = [
  ...(['draft', 'informed', 'submitted', 'investigating', 'accepted', 'policy_pending'] as const),
  ...(['registered', 'stalled', 'rejected', 'declined_by_partner', 'withdrawn'] as const),
]
const marks = ['overdue', 'unread', 'mine'] as const

/** Every invitation, narrowed down: a view that is kept is a link. */
export default function InvitationList() {
  const say = useWords(texts)
  const sayBoard = useWords(boardTexts)
  const sayCase = useWords(caseWords)
  const sayPartner = useWords(partnerWords)
  const { day } = useFormats()
  const navigate = useNavigate()
  const search = useSearch({ from: '/inside/invitations/list' })
  const state = states.find((one) => one === search.state)
  const set = (change: Partial<typeof search>) =>
    navigate({ to: '/invitations/list', search: (before) => ({ ...before, ...change }), replace: true })
  const list = useList('invitations.list', {
    limit: 50,
    ...(state && { state }),
    ...Object.fromEntries(marks.filter((mark) => search[mark] === 'yes').map((mark) => [mark, true])),
  })
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Group align="flex-end" className="no-print">
        <NativeSelect
          label={say('state')}
          value={state ?? ''}
          data={[
            { value: '', label: say('any') },
            ...states.map((value) => ({ value, label: sayCase(value) })),
          ]}
          onChange={({ currentTarget: { value } }) => set({ state: value || undefined })}
        />
        {marks.map((mark) => (
          <Checkbox
            key={mark}
            label={say(mark)}
            checked={search[mark] === 'yes'}
            onChange={({ currentTarget: { checked } }) => set({ [mark]: checked ? 'yes' : undefined })}
          />
        ))}
      </Group>
      <Loaded of={list}>
        {list.items?.length === 0 && (
          <Empty action={<TextLink to="/invitations">{say('board')}</TextLink>}>{say('none')}</Empty>
        )}
        <Stack gap="sm">
          {list.items?.map(({ id, partner, state: at, since, overdue, unread, roles }) => (
            <Paper key={id} withBorder p="sm" radius="md">
              <Group justify="space-between" wrap="wrap" gap="xs">
                <Stack gap={0} flex="1 1 14rem">
                  <TextLink to="/invitations/$id" params={{ id }} fw={600} className="breakable">
                    {partner.name ?? partner.kvk}
                  </TextLink>
                  <Text size="sm" c="dimmed">
                    {[
                      ...roles.map((role) => (isPartnerWord(role) ? sayPartner(role) : role)),
                      say('since', { day: day(since) }),
                    ].join(' · ')}
                  </Text>
                </Stack>
                <Group gap="xs">
                  {overdue && (
                    <Badge color="red" variant="light">
                      {sayBoard('late')}
                    </Badge>
                  )}
                  {unread > 0 && <Badge variant="filled">{sayBoard('unread', { n: unread })}</Badge>}
                  <Badge variant="light" color={at === 'registered' ? 'regie' : 'gray'}>
                    {sayCase(at)}
                  </Badge>
                </Group>
              </Group>
            </Paper>
          ))}
        </Stack>
        <More list={list} />
      </Loaded>
    </Page>
  )
}
