#include "http/Refusal.h"

#include "http/AcceptField.h"
#include "http/ResponseHead.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace sallyport::http {

using testing::HasSubstr;
using testing::Not;

namespace {

constexpr std::string_view Browser =
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

struct AcceptCase {
    const char* name;
    std::string_view accept;
    PageKind kind;
};

class Accept : public testing::TestWithParam<AcceptCase> {};

TEST_P(Accept, ChoosesThePage) // RFC 9110 section 12.5.1
{
    EXPECT_EQ(preferredPage(GetParam().accept), GetParam().kind);
}

INSTANTIATE_TEST_SUITE_P(
    Fields, Accept,
    testing::Values(AcceptCase{"None", "", PageKind::Plain},
                    AcceptCase{"Anything", "*/*", PageKind::Plain},
                    AcceptCase{"Browser", Browser, PageKind::Html},
                    AcceptCase{"Html", "text/html", PageKind::Html},
                    AcceptCase{"HtmlInCapitals", "TEXT/HTML", PageKind::Html},
                    AcceptCase{"HtmlWithParameter", "text/html;level=1;q=0.5, text/plain;q=0.4",
                               PageKind::Html},
                    AcceptCase{"HtmlAndAnything", "text/html, */*", PageKind::Html},
                    AcceptCase{"BothEqual", "text/plain, text/html", PageKind::Html},
                    AcceptCase{"PlainPreferred", "text/html;q=0.3, text/plain", PageKind::Plain},
                    AcceptCase{"AnythingButHtml", "*/*, text/html;q=0", PageKind::Plain},
                    AcceptCase{"ThreeDecimals", "text/html; q=0.501, text/plain; Q=0.5",
                               PageKind::Html},
                    AcceptCase{"BadWeight", "text/html;q=2, text/plain;q=0.1", PageKind::Plain},
                    AcceptCase{"BadDecimals", "text/html;q=0.x, text/plain;q=0.1", PageKind::Plain},
                    AcceptCase{"AnyText", "text/*", PageKind::Plain},
                    AcceptCase{"Json", "application/json", PageKind::Plain}),
    [](const auto& test) { return test.param.name; });

Refusal denied()
{
    Refusal refusal;
    refusal.status = 403;
    refusal.proxyStatusError = "http_request_denied";
    refusal.details = "rule \"No <b>games</b>\" \\ \xc3\xa4\r\nX: y";
    refusal.host = "games.example";
    refusal.ruleName = "No <b>games</b> & more";
    refusal.reason = "Games are not allowed at work.";
    refusal.sessionId = "0192f000-0000-7000-8000-000000000001";
    return refusal;
}

struct Written {
    explicit Written(const Refusal& refusal, std::string_view accept = "",
                     std::string_view method = "GET")
    {
        writeRefusal(refusal, "sallyport", accept, method, bytes);
        EXPECT_EQ(head.parse(bytes, {}), ParseOutcome::Complete) << describe(head.fault());
    }
    std::string body() const { return bytes.substr(head.headBytes()); }

    std::string bytes;
    ResponseHead head;
};

TEST(Refusal, ExplainsItselfInItsHead)
{
    const Written written(denied());
    EXPECT_EQ(written.head.statusCode(), 403);
    EXPECT_EQ(written.head.reason(), "Forbidden");
    const auto& fields = written.head.fields();
    EXPECT_EQ(fields.find("Proxy-Status"), "sallyport; error=http_request_denied; "
                                           "details=\"rule \\\"No <b>games</b>\\\" \\\\ X: y\"");
    EXPECT_EQ(fields.find("Sallyport-Session"), "0192f000-0000-7000-8000-000000000001");
    EXPECT_EQ(fields.find("Cache-Control"), "no-store");
    EXPECT_EQ(fields.find("Content-Type"), "text/plain; charset=utf-8");
    EXPECT_EQ(fields.find("Connection"), "close");
    EXPECT_FALSE(fields.find("Proxy-Authenticate"));
}

TEST(Refusal, NamesRuleReasonAndSessionInPlainText)
{
    const Written written(denied());
    EXPECT_THAT(written.body(), HasSubstr("Games are not allowed at work."));
    EXPECT_THAT(written.body(), HasSubstr("No <b>games</b> & more"));
    EXPECT_THAT(written.body(), HasSubstr("games.example"));
    EXPECT_THAT(written.body(), HasSubstr("0192f000-0000-7000-8000-000000000001"));
}

TEST(Refusal, EscapesItsHtml)
{
    auto refusal = denied();
    refusal.host = "\"'><script>alert(1)</script>";
    const Written written(refusal, Browser);
    EXPECT_EQ(written.head.fields().find("Content-Type"), "text/html; charset=utf-8");
    EXPECT_THAT(written.body(), HasSubstr("No &lt;b&gt;games&lt;/b&gt; &amp; more"));
    EXPECT_THAT(written.body(), HasSubstr("&quot;&#39;&gt;&lt;script&gt;"));
    EXPECT_THAT(written.body(), Not(HasSubstr("<script")));
    EXPECT_THAT(written.body(), Not(HasSubstr("<b>")));
    EXPECT_THAT(written.body(), HasSubstr("Quote this to your help desk"));
}

TEST(Refusal, SaysTheRulesTextInItsLines)
{
    auto refusal = denied();
    refusal.ruleText = "<script>alert(1)</script> & \"you\"\n\nCall 4711\r";
    const Written plain(refusal);
    EXPECT_THAT(plain.body(), HasSubstr("Games are not allowed at work.\n\n"
                                        "<script>alert(1)</script> & \"you\"\n\nCall 4711 \n\n"
                                        "Destination: games.example\n"));
    const Written html(refusal, Browser);
    EXPECT_THAT(html.body(), HasSubstr("<p>Games are not allowed at work.</p>\n<p class=\"words\">"
                                       "&lt;script&gt;alert(1)&lt;/script&gt; &amp; "
                                       "&quot;you&quot;<br>\n<br>\nCall 4711 </p>\n"));
    EXPECT_THAT(html.body(), Not(HasSubstr("<script")));
    for (const auto* written : {&plain, &html})
        EXPECT_EQ(written->head.bodyFraming("GET"),
                  (BodyFraming{BodyFraming::Kind::Length, written->body().size()}));
}

TEST(Refusal, HasNoPlaceForWordsThatNoRuleHas)
{
    EXPECT_THAT(Written(denied(), Browser).body(), Not(HasSubstr("class=\"words\"")));
    EXPECT_THAT(Written(denied()).body(),
                HasSubstr("Games are not allowed at work.\n\nDestination: games.example\n"));
}

TEST(Refusal, LoadsNothing)
{
    const Written written(denied(), Browser);
    for (const auto* reference : {"http://", "https://", "src=", "href=", "url(", "@import"})
        EXPECT_THAT(written.body(), Not(HasSubstr(reference)));
}

TEST(Refusal, HasTheLengthItSays)
{
    for (const auto accept : {std::string_view(), Browser}) {
        const Written written(denied(), accept);
        EXPECT_EQ(written.head.bodyFraming("GET"),
                  (BodyFraming{BodyFraming::Kind::Length, written.body().size()}));
    }
}

TEST(Refusal, OfHeadHasTheLengthButNoBody) // RFC 9110 section 9.3.2
{
    const Written get(denied(), Browser, "GET");
    const Written head(denied(), Browser, "HEAD");
    EXPECT_EQ(head.body(), "");
    EXPECT_EQ(head.head.fields().find(KnownField::ContentLength),
              get.head.fields().find(KnownField::ContentLength));
}

TEST(Refusal, KeepsTheConnectionWhenTold)
{
    auto refusal = denied();
    refusal.connection = Refusal::Connection::KeepAlive;
    EXPECT_EQ(Written(refusal).head.fields().find(KnownField::Connection), "keep-alive");
}

TEST(Refusal, ChallengesWith407)
{
    auto refusal = denied();
    refusal.status = 407;
    refusal.proxyAuthenticate = "Basic realm=\"x\"\r\n";
    EXPECT_EQ(Written(refusal).head.fields().find("Proxy-Authenticate"), "Basic realm=\"x\"");
}

TEST(Refusal, LeavesOutWhatItDoesNotKnow)
{
    Refusal refusal;
    refusal.reason = "r";
    const Written written(refusal, Browser);
    EXPECT_EQ(written.head.fields().find("Proxy-Status"), "sallyport");
    EXPECT_FALSE(written.head.fields().find("Sallyport-Session"));
    EXPECT_THAT(written.body(), Not(HasSubstr("<dt>")));
}

TEST(Refusal, HasAReasonPhraseAndHeadlineForEveryStatusSent)
{
    for (const int status : {400, 403, 407, 408, 413, 414, 431, 501, 502, 503, 504, 505, 508}) {
        Refusal refusal;
        refusal.status = status;
        const Written written(refusal, Browser);
        EXPECT_FALSE(written.head.reason().empty()) << status;
        EXPECT_THAT(written.body(), Not(HasSubstr("could not carry out"))) << status;
    }
}

} // namespace
} // namespace sallyport::http
