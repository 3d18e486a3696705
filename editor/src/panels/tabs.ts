export type Tab = 'run' | 'steps' | 'runs' | 'outline' | 'users' | 'share' | 'problems' | 'effects';
