/** Who is signed in, as pages need it to know what to offer. */
export const me = $state({ name: '', role: '' });

const ranks = ['viewer', 'editor', 'owner'];

/** Whether the person has this role or a higher one; the server decides in the end. */
export const isAtLeast = (role: 'viewer' | 'editor' | 'owner'): boolean =>
  ranks.indexOf(me.role) >= ranks.indexOf(role);
