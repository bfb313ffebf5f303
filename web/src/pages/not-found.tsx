import { Anchor, Box } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Empty, Page } from '../ui/page'
import { useWords, words } from '../words/words'

const texts = words({
  nl: { title: 'Deze pagina is er niet', home: 'Naar vandaag' },
  en: { title: 'This page is not here', home: 'To today' },
})

export default function NotFound() {
  const say = useWords(texts)
  return (
    <Box component="main" p="md">
      <Page title={say('title')}>
        <Empty
          action={
            <Anchor component={Link} to="/">
              {say('home')}
            </Anchor>
          }
        >
          {say('title')}
        </Empty>
      </Page>
    </Box>
  )
}
