// NestedJson: writes one JSON object (RFC 8259) whose members are named by paths: "source.nat.ip".
//
// Members come group by group: what a path has in common with the one before stays open, and a
// group that was left cannot be entered again. A step written "list[]" is an array of one object.
// What is not known is left out, and so are groups without members.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace sallyport::audit::format {

class NestedJson {
public:
    /// Paths are kept until their group is left: they are literals.
    explicit NestedJson(std::string& out);
    NestedJson(const NestedJson&) = delete;
    NestedJson& operator=(const NestedJson&) = delete;

    /// From here on all paths begin in `base`.
    void enter(std::string_view base) { base_ = base; }
    /// From here on all paths begin in this group of the base; empty: in the base itself.
    void enterGroup(std::string_view group) { group_ = group; }
    /// Closes the object and ends the line.
    void finish();

    void put(std::string_view path, std::string_view text); ///< empty: left out
    void putNumber(std::string_view path, std::uint64_t number);
    void putNumber(std::string_view path, const std::optional<std::uint64_t>& number);
    void putKnown(std::string_view path, std::uint64_t number); ///< 0: left out
    /// As milliseconds with three decimals.
    void putMilliseconds(std::string_view path, const std::optional<std::uint64_t>& microseconds);
    void putTruth(std::string_view path, bool truth);
    void putHex(std::string_view path, std::span<const std::uint8_t> bytes);

    /// Of anything that string_view can be made of; none or empty ones are left out.
    template <class Texts>
    void putTexts(std::string_view path, const Texts& texts)
    {
        bool any = false;
        for (const std::string_view text : texts) {
            if (text.empty())
                continue;
            if (!any)
                begin(path);
            out_ += any ? ',' : '[';
            any = true;
            appendText(text);
        }
        if (any)
            out_ += ']';
    }

private:
    static constexpr std::size_t MostDepth = 8;

    void begin(std::string_view path);
    std::size_t enterAll(std::string_view groups, std::size_t depth);
    std::size_t enterOne(std::string_view name, std::size_t depth);
    void open(std::string_view name);
    void closeTo(std::size_t depth);
    void appendText(std::string_view text);

    std::string& out_;
    std::string_view base_;
    std::string_view group_;
    std::array<std::string_view, MostDepth> open_{};
    std::size_t depth_ = 0;
};

} // namespace sallyport::audit::format
