import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { text, within } from '../../inside'

export const grantsRoutes = [
  createRoute({
    getParentRoute: within,
    path: '/grants',
    validateSearch: (search): { state?: string | undefined } => ({ state: text(search.state) }),
    component: lazyRouteComponent(() => import('./grants')),
  }),
] as const
