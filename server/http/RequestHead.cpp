#include "http/RequestHead.h"

#include <algorithm>
#include <limits>

namespace sallyport::http {

namespace {

Scheme schemeNamed(std::string_view name)
{
    if (equalsIgnoringCase(name, "http"))
        return Scheme::Http;
    if (equalsIgnoringCase(name, "https"))
        return Scheme::Https;
    if (equalsIgnoringCase(name, "ws"))
        return Scheme::Ws;
    if (equalsIgnoringCase(name, "wss"))
        return Scheme::Wss;
    return Scheme::Other;
}

// RFC 3986 section 3.1.
bool isSchemeName(std::string_view name)
{
    if (name.empty() || !isOf(LetterCharacter, name.front()))
        return false;
    return std::ranges::all_of(name, [](char c) {
        return isOf(LetterCharacter, c) || isOf(DigitCharacter, c) || c == '+' || c == '-' ||
               c == '.';
    });
}

HeadFault readVersion(std::string_view version, int& minorVersion)
{
    if (version.size() != 8 || !version.starts_with("HTTP/") || version[6] != '.' ||
        !isOf(DigitCharacter, version[5]) || !isOf(DigitCharacter, version[7]) || version[5] == '0')
        return HeadFault::BadVersion;
    if (version[5] != '1')
        return HeadFault::UnsupportedVersion;
    // A higher minor version is treated as the highest known one (RFC 9110 section 2.5).
    minorVersion = version[7] == '0' ? 0 : 1;
    return HeadFault::None;
}

} // namespace

void RequestHead::reset()
{
    stage_ = Stage::Start;
    fault_ = HeadFault::None;
    form_ = TargetForm::Origin;
    scheme_ = Scheme::None;
    minorVersion_ = 1;
    lines_.restart();
    base_ = nullptr;
    methodBegin_ = 0;
    method_ = target_ = path_ = query_ = {};
    authority_ = {};
    hostField_.reset();
    framing_ = {};
    connection_ = {};
    maxForwards_.reset();
    fields_.clear();
}

ParseOutcome RequestHead::bad(HeadFault fault)
{
    stage_ = Stage::Bad;
    fault_ = fault;
    return ParseOutcome::Bad;
}

ParseOutcome RequestHead::parse(std::string_view bytes, const HeadLimits& limits)
{
    follow(bytes.data());
    switch (stage_) {
    case Stage::Start:
        // One empty line in front: old clients send it after a body.
        if (bytes.empty() || bytes == "\r")
            return ParseOutcome::NeedMore;
        if (bytes.starts_with("\r\n"))
            lines_.restart(2);
        methodBegin_ = lines_.position();
        stage_ = Stage::RequestLine;
        [[fallthrough]];
    case Stage::RequestLine:
        if (const auto outcome = parseRequestLine(bytes, limits); outcome != ParseOutcome::Complete)
            return outcome;
        stage_ = Stage::Fields;
        [[fallthrough]];
    case Stage::Fields:
        return parseFields(bytes, limits);
    case Stage::Complete:
        return ParseOutcome::Complete;
    case Stage::Bad:
        return ParseOutcome::Bad;
    }
    return ParseOutcome::Bad;
}

ParseOutcome RequestHead::parseRequestLine(std::string_view bytes, const HeadLimits& limits)
{
    if (bytes.size() == methodBegin_)
        return ParseOutcome::NeedMore;
    if (!isOf(TokenCharacter, bytes[methodBegin_]))
        return bad(HeadFault::BadRequestLine);
    constexpr std::size_t AroundTarget = MaxMethodBytes + std::string_view("  HTTP/1.1\r\n").size();
    const auto longest = methodBegin_ + AroundTarget + limits.targetBytes;
    std::string_view line;
    switch (lines_.next(bytes, std::min(longest, limits.headBytes), line)) {
    case HeadLines::Found::NeedMore:
        return ParseOutcome::NeedMore;
    case HeadLines::Found::BareLf:
        return bad(HeadFault::BareCrOrLf);
    case HeadLines::Found::TooLong:
        if (limits.headBytes < longest)
            return bad(HeadFault::HeadTooLarge);
        if (!bytes.substr(methodBegin_, MaxMethodBytes + 1).contains(' '))
            return bad(HeadFault::MethodTooLong);
        return bad(HeadFault::TargetTooLong);
    case HeadLines::Found::Line:
        break;
    }
    const auto fault = readRequestLine(line, limits);
    if (fault == HeadFault::None)
        return ParseOutcome::Complete;
    return bad(line.contains('\r') ? HeadFault::BareCrOrLf : fault);
}

ParseOutcome RequestHead::parseFields(std::string_view bytes, const HeadLimits& limits)
{
    for (;;) {
        std::string_view line;
        switch (lines_.next(bytes, limits.headBytes, line)) {
        case HeadLines::Found::NeedMore:
            return ParseOutcome::NeedMore;
        case HeadLines::Found::BareLf:
            return bad(HeadFault::BareCrOrLf);
        case HeadLines::Found::TooLong:
            return bad(HeadFault::HeadTooLarge);
        case HeadLines::Found::Line:
            break;
        }
        if (line.empty())
            break;
        if (const auto fault = fields_.appendLine(line, limits); fault != HeadFault::None)
            return bad(fault);
    }
    if (const auto fault = finish(); fault != HeadFault::None)
        return bad(fault);
    stage_ = Stage::Complete;
    return ParseOutcome::Complete;
}

HeadFault RequestHead::readRequestLine(std::string_view line, const HeadLimits& limits)
{
    const auto methodEnd = line.find(' ');
    if (methodEnd == std::string_view::npos)
        return HeadFault::BadRequestLine;
    const auto method = line.substr(0, methodEnd);
    if (!isToken(method))
        return HeadFault::BadMethod;
    if (method.size() > MaxMethodBytes)
        return HeadFault::MethodTooLong;
    method_ = method;

    const auto rest = line.substr(methodEnd + 1);
    const auto targetEnd = rest.find(' ');
    if (targetEnd == 0 || targetEnd == std::string_view::npos)
        return HeadFault::BadRequestLine;
    target_ = rest.substr(0, targetEnd);
    if (const auto fault = readVersion(rest.substr(targetEnd + 1), minorVersion_);
        fault != HeadFault::None)
        return fault;
    if (target_.size() > limits.targetBytes)
        return HeadFault::TargetTooLong;
    if (!consistsOf(TargetCharacter, target_))
        return HeadFault::BadTarget;
    return readTarget();
}

HeadFault RequestHead::readTarget()
{
    if (method_ == "CONNECT") {
        form_ = TargetForm::Authority;
        const auto authority = parseAuthority(target_);
        if (!authority || !authority->port)
            return HeadFault::BadTarget;
        authority_ = *authority;
        return HeadFault::None;
    }
    if (target_ == "*") {
        form_ = TargetForm::Asterisk;
        path_ = "*";
        return method_ == "OPTIONS" ? HeadFault::None : HeadFault::BadTarget;
    }
    if (!target_.starts_with('/'))
        return readAbsoluteTarget();
    form_ = TargetForm::Origin;
    path_ = target_.substr(0, target_.find('?'));
    query_ = target_.substr(path_.size());
    return HeadFault::None;
}

HeadFault RequestHead::readAbsoluteTarget()
{
    form_ = TargetForm::Absolute;
    const auto scheme = target_.substr(0, target_.find(':'));
    auto rest = target_.substr(scheme.size());
    if (!isSchemeName(scheme) || !rest.starts_with("://"))
        return HeadFault::BadTarget;
    scheme_ = schemeNamed(scheme);
    rest.remove_prefix(3);
    const auto authorityText = rest.substr(0, rest.find_first_of("/?"));
    const auto authority = parseAuthority(authorityText);
    if (!authority)
        return HeadFault::BadTarget;
    authority_ = *authority;
    rest.remove_prefix(authorityText.size());
    path_ = rest.substr(0, rest.find('?'));
    query_ = rest.substr(path_.size());
    if (path_.empty())
        path_ = method_ == "OPTIONS" && query_.empty() ? "*" : "/";
    return HeadFault::None;
}

HeadFault RequestHead::readHost()
{
    const auto count = fields_.count(KnownField::Host);
    if (count > 1)
        return HeadFault::SecondHost;
    if (count == 0)
        return minorVersion_ == 0 ? HeadFault::None : HeadFault::MissingHost;
    hostField_ = parseAuthority(*fields_.find(KnownField::Host));
    if (!hostField_)
        return HeadFault::BadHost;
    if (form_ == TargetForm::Origin || form_ == TargetForm::Asterisk)
        authority_ = *hostField_;
    return HeadFault::None;
}

HeadFault RequestHead::readMaxForwards()
{
    if (!fields_.has(KnownField::MaxForwards) || (method_ != "OPTIONS" && method_ != "TRACE"))
        return HeadFault::None;
    const auto value = *fields_.find(KnownField::MaxForwards);
    if (fields_.count(KnownField::MaxForwards) != 1 || !consistsOf(DigitCharacter, value))
        return HeadFault::BadMaxForwards;
    constexpr std::uint64_t Most = std::numeric_limits<std::uint32_t>::max();
    std::uint64_t hops = 0;
    for (const char c : value)
        hops = std::min(Most, hops * 10 + static_cast<std::uint64_t>(c - '0'));
    maxForwards_ = static_cast<std::uint32_t>(hops);
    return HeadFault::None;
}

HeadFault RequestHead::finish()
{
    if (const auto fault = readHost(); fault != HeadFault::None)
        return fault;
    const auto declared = declaredFraming(fields_, minorVersion_);
    if (declared.fault != HeadFault::None)
        return declared.fault;
    // Content-Length: 0 is what Windows' own HTTP stack sends with CONNECT.
    if (form_ == TargetForm::Authority && declared.framing.kind != BodyFraming::Kind::None)
        return HeadFault::ConnectWithBody;
    framing_ = declared.framing;
    if (const auto fault = readConnectionOptions(fields_, Sender::Client, connection_);
        fault != HeadFault::None)
        return fault;
    return readMaxForwards();
}

void RequestHead::follow(const char* base)
{
    if (base == base_)
        return;
    base_ = base;
    fields_.rebase(base);
    if (!method_.empty())
        method_ = {base + methodBegin_, method_.size()};
    if (!target_.empty())
        target_ = {base + methodBegin_ + method_.size() + 1, target_.size()};
    // They were right before, so they are right again.
    if (stage_ == Stage::Fields || stage_ == Stage::Complete)
        (void)readTarget();
    if (stage_ == Stage::Complete)
        (void)readHost();
}

std::uint16_t RequestHead::port() const
{
    if (authority_.port)
        return *authority_.port;
    return scheme_ == Scheme::Https || scheme_ == Scheme::Wss ? 443 : 80;
}

bool RequestHead::expectsContinue() const
{
    // In HTTP/1.0 the expectation is ignored (RFC 9110 section 10.1.1).
    return minorVersion_ >= 1 && framing_.kind != BodyFraming::Kind::None &&
           fields_.lists(KnownField::Expect, "100-continue");
}

} // namespace sallyport::http
