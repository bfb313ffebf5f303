import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { text, within } from '../../inside'

export const agreementsRoutes = [
  createRoute({
    getParentRoute: within,
    path: '/agreements',
    validateSearch: (search): { state?: string | undefined } => ({ state: text(search.state) }),
    component: lazyRouteComponent(() => import('./agreements')),
  }),
  createRoute({
    getParentRoute: within,
    path: '/agreements/$id',
    component: lazyRouteComponent(() => import('./agreement')),
  }),
] as const
