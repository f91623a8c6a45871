import { PageHeader } from '../../components/Panel';
import { usePageTitle } from '../../shell/usePageTitle';

export default function SignInPage() {
    usePageTitle('Sign in');
    return <PageHeader title="Sign in">Sallyport.</PageHeader>;
}
