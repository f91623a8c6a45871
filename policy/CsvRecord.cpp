#include "policy/CsvRecord.h"

#include <algorithm>

namespace sallyport::policy {
namespace {

constexpr char Quote = '"';
constexpr std::string_view Blanks = " \t\r";

class CsvText {
public:
    CsvText(std::string_view text, char separator) : text_(text), separator_(separator) {}

    CsvOutcome readRecord(std::vector<std::string>& fields)
    {
        fields.clear();
        for (;;) {
            const auto outcome = readField(fields.emplace_back());
            if (outcome != CsvOutcome::Complete)
                return outcome;
            if (atEnd() || text_[at_++] == '\n')
                return CsvOutcome::Complete;
        }
    }
    [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }

private:
    [[nodiscard]] bool atEnd() const { return at_ == text_.size(); }
    [[nodiscard]] bool atFieldEnd() const
    {
        return atEnd() || text_[at_] == separator_ || text_[at_] == '\n';
    }

    CsvOutcome readField(std::string& field)
    {
        const auto start = at_;
        skipBlanks();
        if (!atEnd() && text_[at_] == Quote)
            return readQuoted(field);
        while (!atFieldEnd() && text_[at_] != Quote)
            ++at_;
        field = text_.substr(start, at_ - start);
        return atFieldEnd() ? CsvOutcome::Complete : CsvOutcome::Faulty;
    }

    CsvOutcome readQuoted(std::string& field)
    {
        for (++at_;; at_ += 2) { // behind a doubled quote
            const auto quote = text_.find(Quote, at_);
            if (quote == text_.npos)
                return CsvOutcome::Open;
            field += text_.substr(at_, quote - at_);
            at_ = quote;
            if (!text_.substr(at_ + 1).starts_with(Quote))
                break;
            field += Quote;
        }
        ++at_;
        skipBlanks();
        return atFieldEnd() ? CsvOutcome::Complete : CsvOutcome::Faulty;
    }

    void skipBlanks()
    {
        while (!atFieldEnd() && Blanks.contains(text_[at_]))
            ++at_;
    }

    std::string_view text_;
    char separator_;
    std::size_t at_ = 0;
};

} // namespace

CsvOutcome takeCsvRecord(std::string_view& text, char separator, std::vector<std::string>& fields)
{
    CsvText csv(text, separator);
    const auto outcome = csv.readRecord(fields);
    if (outcome == CsvOutcome::Complete)
        text = csv.rest();
    return outcome;
}

} // namespace sallyport::policy
