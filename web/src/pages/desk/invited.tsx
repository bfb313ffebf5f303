import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useList } from '../../api/hooks'
import { Empty, Loaded, More, Page } from '../../ui/page'
import { caseWords } from '../../words/cases'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Uitgenodigde organisaties',
    lead: 'Wie door een lid is uitgenodigd, en wat wij daarover met het lid bespreken.',
    empty: 'Er is nog niemand uitgenodigd.',
    to_queue: 'Naar de aanmeldingen',
    unread: '{count, plural, one {# ongelezen bericht} other {# ongelezen berichten}}',
    by: 'uitgenodigd door {names}',
    link_until: 'link werkt tot en met {day}',
  },
  en: {
    title: 'Invited organisations',
    lead: 'Who a member invited, and what we discuss with the member about it.',
    empty: 'Nobody was invited yet.',
    to_queue: 'To the registrations',
    unread: '{count, plural, one {# unread message} other {# unread messages}}',
    by: 'invited by {names}',
    link_until: 'link works until {day}',
  },
})

/** Everybody who was invited, whoever did. */
export default function InvitedPage() {
  const say = useWords(texts)
  const sayCase = useWords(caseWords)
  const { day } = useFormats()
  const list = useList('invited.list', {})
  return (
    <Page title={say('title')} lead={say('lead')}>
      <Loaded of={list}>
        {list.items?.length === 0 && (
          <Empty
            action={
              <Button variant="default" component={Link} to="/desk">
                {say('to_queue')}
              </Button>
            }
          >
            {say('empty')}
          </Empty>
        )}
        <Stack gap="sm">
          {list.items?.map((one) => {
            const unread = one.orders.reduce((sum, order) => sum + order.unread, 0)
            return (
              <Paper
                key={one.id}
                withBorder
                p="md"
                radius="md"
                component={Link}
                to={`/desk/invited/${one.id}`}
                className="card-link"
              >
                <Group justify="space-between" wrap="wrap" gap="xs">
                  <Text fw={600} className="breakable" flex="1 1 12rem">
                    {one.organisation.name}
                  </Text>
                  <Group gap="xs">
                    {unread > 0 && <Badge>{say('unread', { count: unread })}</Badge>}
                    <Badge variant="light">{sayCase(one.state)}</Badge>
                  </Group>
                </Group>
                <Text size="sm" c="dimmed" className="breakable">
                  {[
                    say('by', {
                      names: one.orders.map(({ inviter }) => inviter.name ?? inviter.did).join(', '),
                    }),
                    one.link_until !== null && say('link_until', { day: day(one.link_until) }),
                  ]
                    .filter(Boolean)
                    .join(' · ')}
                </Text>
              </Paper>
            )
          })}
        </Stack>
        <More list={list} />
      </Loaded>
    </Page>
  )
}
