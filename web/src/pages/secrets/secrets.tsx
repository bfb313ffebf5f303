import { Badge, Button, Group, Paper, Stack, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useRead } from '../../api/hooks'
import { Empty, Loaded, Page } from '../../ui/page'
import { hasRole, useWho } from '../../who'
import { secretWords } from '../../words/secrets'
import { useFormats, useWords, words } from '../../words/words'

const texts = words({
  nl: {
    title: 'Bedrijfsgeheimen',
    lead: 'Wat uw bedrijf geheim houdt, met het bewijs dat u het bewaakt. U ziet alleen wat u nodig hebt.',
    add: 'Een geheim registreren',
    empty: 'Er is hier geen geheim dat u nodig hebt.',
    version: 'versie {version}',
  },
  en: {
    title: 'Trade secrets',
    lead: 'What your company keeps secret, with the proof that you guard it. You see only what you need to know.',
    add: 'Register a secret',
    empty: 'There is no secret here that you need to know.',
    version: 'version {version}',
  },
})

export default function Secrets() {
  const say = useWords(texts)
  const saySecret = useWords(secretWords)
  const { moment } = useFormats()
  const who = useWho()
  const list = useRead('trade-secrets.list', {})
  const add = hasRole(who, 'administrator') && (
    <Button renderRoot={(props) => <Link to="/secrets/new" {...props} />}>{say('add')}</Button>
  )
  return (
    <Page title={say('title')} lead={say('lead')} actions={list.data?.items.length ? add : undefined}>
      <Loaded of={list}>
        {list.data?.items.length === 0 && <Empty action={add}>{say('empty')}</Empty>}
        <Stack gap="sm">
          {list.data?.items.map(({ id, title, state, version, changed_at }) => (
            <Paper
              key={id}
              withBorder
              p="md"
              radius="md"
              component={Link}
              to={`/secrets/${id}`}
              className="card-link"
            >
              <Group gap="xs">
                <Text fw={600} className="breakable">
                  {title}
                </Text>
                <Badge variant="light" color={state === 'registered' ? 'regie' : 'gray'}>
                  {saySecret(state)}
                </Badge>
              </Group>
              <Text size="sm" c="dimmed">
                {say('version', { version })} · {moment(changed_at)}
              </Text>
            </Paper>
          ))}
        </Stack>
      </Loaded>
    </Page>
  )
}
