#include "proxy/RecordedQuery.h"

#include <gtest/gtest.h>

#include <string>

namespace sallyport::proxy {
namespace {

struct QueryCase {
    const char* name;
    std::string_view query;
    std::string_view recorded;
};

class Query : public testing::TestWithParam<QueryCase> {};

TEST_P(Query, IsRecordedWithoutSecrets)
{
    EXPECT_EQ(withoutSecrets(GetParam().query), GetParam().recorded);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, Query,
    testing::Values(
        QueryCase{"Empty", "", ""}, QueryCase{"Harmless", "q=a%20b&page=2", "q=a%20b&page=2"},
        QueryCase{"Password", "user=ann&password=open&x=1", "user=ann&password=***&x=1"},
        QueryCase{"AnyCase", "PassWord=open", "PassWord=***"},
        QueryCase{"Twice", "token=a&token=b", "token=***&token=***"},
        QueryCase{"EmptyValue", "token=", "token=***"},
        QueryCase{"NoValue", "token&q=1", "token&q=1"},
        QueryCase{"ValueWithEquals", "sig=a=b=c&q=1", "sig=***&q=1"},
        QueryCase{"Semicolons", "a=1;pwd=2;b=3", "a=1;pwd=***;b=3"},
        QueryCase{"Underscores", "access_token=1&refresh_token=2&api_key=3&client_secret=4",
                  "access_token=***&refresh_token=***&api_key=***&client_secret=***"},
        QueryCase{"Hyphens", "X-Amz-Signature=1&X-Amz-Date=2", "X-Amz-Signature=***&X-Amz-Date=2"},
        QueryCase{"EncodedName", "p%61ssw%6Frd=1", "p%61ssw%6Frd=***"},
        QueryCase{"Brackets", "user[name]=ann&user[password]=1",
                  "user[name]=ann&user[password]=***"},
        QueryCase{"List", "token[]=1", "token[]=***"},
        QueryCase{"EncodedBrackets", "user%5Bpwd%5D=1&token%5B%5D=2",
                  "user%5Bpwd%5D=***&token%5B%5D=***"},
        QueryCase{"SignInCode", "code=1&state=2", "code=***&state=2"},
        QueryCase{"NamesThatOnlyContainOne", "keyboard=1&codec=2&tokens=3",
                  "keyboard=1&codec=2&tokens=3"},
        QueryCase{"BrokenEncoding", "%=1&%4=2&%zz=3", "%=1&%4=2&%zz=3"},
        QueryCase{"Separators", "&&;=", "&&;="}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(Query, HidesTheValueOfANameTooLongToRead)
{
    const std::string name(300, 'n');
    EXPECT_EQ(withoutSecrets(name + "=1"), name + "=***");
}

} // namespace
} // namespace sallyport::proxy
