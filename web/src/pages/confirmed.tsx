import { Alert, Center, Paper, Stack, Text, Title } from '@mantine/core'
import { useSearch } from '@tanstack/react-router'
import { useEffect } from 'react'
import { tellConfirmed } from '../ways'
import { loginRefusals, refusalKey } from '../words/login'
import { useWords, words } from '../words/words'

const texts = words({
  nl: {
    done: 'Bevestigd',
    close: 'U kunt dit tabblad sluiten en verdergaan waar u was.',
    not_done: 'Niet bevestigd',
  },
  en: {
    done: 'Confirmed',
    close: 'You can close this tab and go on where you were.',
    not_done: 'Not confirmed',
  },
})

/** Where the tab ends in which somebody showed at another login that she is there; the page that asked for it waits. */
export default function Confirmed() {
  const say = useWords(texts)
  const why = useWords(loginRefusals)
  const { refused = null } = useSearch({ from: '/confirmed' })
  const title = say(refused === null ? 'done' : 'not_done')
  useEffect(() => {
    document.title = `${title} · Regie`
  }, [title])
  useEffect(() => tellConfirmed({ refused }), [refused])
  return (
    <Center mih="100vh" p="md" component="main">
      <Paper withBorder p="xl" radius="lg" maw={440} w="100%">
        <Stack>
          <Title order={1} size="h2">
            {title}
          </Title>
          {refused !== null && (
            <Alert color="red" variant="light" role="alert">
              {why(refusalKey(refused))}
            </Alert>
          )}
          <Text>{say('close')}</Text>
        </Stack>
      </Paper>
    </Center>
  )
}
