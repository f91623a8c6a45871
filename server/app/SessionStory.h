// SessionStory: what the log says of one session, as text for a person: why first, then who, when,
// how much, and what was seen inside.
//
// Texts from outside are escaped: none of them can move a terminal's cursor.
#pragma once

#include "db/AuditRecord.h"

#include <cstddef>
#include <string>
#include <string_view>

namespace sallyport::app {

class SessionStory {
public:
    static constexpr std::size_t Width = 100;
    static constexpr std::size_t AlertsShown = 20;

    /// The session's events, in their order. Keeps no view.
    void add(const db::AuditRecord& record);
    [[nodiscard]] std::string text() const;

private:
    void addReason(const db::AuditRecord& record);
    void addTimes(const db::AuditRecord& record);
    void addAlert(const db::AuditRecord& record);

    std::string verdict_; // that let it in, or not
    std::string reason_;
    std::string core_;
    std::string began_;
    std::string last_;
    std::string end_;
    std::string counts_;
    std::string silence_;
    std::string tcp_;
    std::string contents_;
    std::string alerts_;
    std::size_t alertCount_ = 0;
    std::size_t updates_ = 0;
};

/// `text` with control characters, invisible ones that turn the direction of writing, and bytes
/// that are not UTF-8 as \xNN, and "\" as "\\".
[[nodiscard]] std::string forTerminal(std::string_view text);

} // namespace sallyport::app
