#include "db/AuditSessionCourse.h"

#include "db/AuditNames.h"

namespace sallyport::db {
namespace {

// Columns of the statements below, in their order; the figures are those of session_event only.
enum Column : int {
    Seq,
    Kind,
    Verdict,
    Rule,
    CloseReason,
    Layer,
    Version,
    Inspection,
    BytesUp,
    BytesDown,
    Duration
};

void setVerdict(SessionCourse& course, OpenAuditFile& file, const Statement& row)
{
    course.verdict = file.names().text(row.integer(Verdict));
    course.ruleLayer = file.names().text(row.integer(Layer));
    course.inspection = file.names().text(row.integer(Inspection));
    course.policyVersion.reset();
    if (!row.isNull(Version))
        course.policyVersion = static_cast<std::uint32_t>(row.integer(Version));
    if (row.isNull(Rule)) {
        course.ruleId.clear();
        course.ruleName = course.verdict.empty() ? std::string_view() : DefaultRuleName;
        return;
    }
    const AuditNames::RuleName& rule = file.names().rule(row.integer(Rule));
    course.ruleId = rule.id;
    course.ruleName = rule.name;
}

// False: the file does not know the session.
bool addBeginning(SessionCourse& course, OpenAuditFile& file, std::int64_t session)
{
    Statement& row =
        file.prepared("SELECT seq, kind, verdict, rule, close_reason, rule_layer, policy_version, "
                      "inspection FROM session WHERE seq = ?1");
    row.bind(1, session);
    if (!row.step())
        return false;
    setVerdict(course, file, row);
    if (file.names().text(row.integer(Kind)) == eventKindName(EventKind::Decision)) {
        course.state = SessionState::Refused;
        course.reason = file.names().text(row.integer(CloseReason));
    }
    row.reset();
    return true;
}

// A verdict that stands in an event holds until another does. Alerts name a rule, but decide
// nothing.
void addEvent(SessionCourse& course, const std::shared_ptr<OpenAuditFile>& file,
              const Statement& row)
{
    const std::string_view kind = file->names().text(row.integer(Kind));
    if (kind == eventKindName(EventKind::Alert))
        return;
    if (!row.isNull(Verdict))
        setVerdict(course, *file, row);
    course.lastFile = file;
    course.lastSeq = row.integer(Seq);
    course.bytesUp = static_cast<std::uint64_t>(row.integer(BytesUp));
    course.bytesDown = static_cast<std::uint64_t>(row.integer(BytesDown));
    course.durationMicroseconds.reset();
    if (!row.isNull(Duration))
        course.durationMicroseconds = static_cast<std::uint64_t>(row.integer(Duration));
    if (kind == eventKindName(EventKind::Close)) {
        course.state = SessionState::Ended;
        course.reason = file->names().text(row.integer(CloseReason));
    }
}

void addByIndex(SessionCourse& course, const std::shared_ptr<OpenAuditFile>& file,
                std::int64_t session)
{
    Statement& row = file->prepared(
        "SELECT seq, kind, verdict, rule, close_reason, rule_layer, policy_version, inspection, "
        "bytes_client_to_proxy, bytes_upstream_to_proxy, duration FROM session_event "
        "WHERE session = ?1 ORDER BY seq");
    row.bind(1, session);
    while (row.step())
        addEvent(course, file, row);
    row.reset();
}

AuditEventLinks::Cover addByLinks(SessionCourse& course, const std::shared_ptr<OpenAuditFile>& file,
                                  std::int64_t session, const AuditSearch::Stop& stop)
{
    AuditEventLinks& links = file->links();
    const auto covered = links.cover(file->database(), session, file->seqs().last, stop);
    if (covered == AuditEventLinks::Cover::Stopped)
        return covered;
    Statement& row = file->prepared(
        "SELECT seq, kind, verdict, rule, close_reason, rule_layer, policy_version, inspection, "
        "bytes_client_to_proxy, bytes_upstream_to_proxy, duration FROM session_event "
        "WHERE seq = ?1");
    for (std::int64_t seq = links.firstOf(session); seq != 0; seq = links.nextOf(seq)) {
        row.reset();
        row.bind(1, seq);
        if (row.step())
            addEvent(course, file, row);
    }
    row.reset();
    return covered;
}

} // namespace

std::optional<SessionCourse> followSession(OpenAuditFiles& open,
                                           const std::vector<AuditFile>& files, std::size_t file,
                                           std::int64_t session, const AuditSearch::Stop& stop)
{
    std::optional<SessionCourse> course(std::in_place);
    for (std::size_t i = file; i < files.size() && course->state == SessionState::Open; ++i) {
        const auto opened = open.open(files[i]);
        if (!opened)
            continue;
        if (i == file) {
            if (!addBeginning(*course, *opened, session))
                break;
            if (course->state == SessionState::Refused)
                break;
        } else if (!opened->hasSession(session)) {
            break; // only what is open is carried on
        }
        if (opened->isSealed())
            addByIndex(*course, opened, session);
        else if (addByLinks(*course, opened, session, stop) == AuditEventLinks::Cover::Stopped)
            return std::nullopt;
    }
    return course;
}

} // namespace sallyport::db
