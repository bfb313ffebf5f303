import { useParams } from '@tanstack/react-router'
import { useRead } from '../../api/hooks'
import { TextLink } from '../../ui/link'
import { Loaded, Page } from '../../ui/page'
import { roundWords } from '../../words/rounds'
import { useWords } from '../../words/words'
import { isRunning, Round, useLookAgain } from './round'

/** One round, at an address of its own. */
export default function CampaignPage() {
  const say = useWords(roundWords)
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
