// Bytes of request bodies that may be in memory at once, over all connections.
#pragma once

#include <atomic>
#include <cstddef>
#include <optional>
#include <utility>

namespace callout::http {

class BodyBudget {
public:
    explicit BodyBudget(std::size_t bytes) : free_(static_cast<std::ptrdiff_t>(bytes)) {}

    // Bytes taken from the budget, given back when this is destroyed.
    class Share {
    public:
        Share() = default;

        Share(BodyBudget& budget, std::size_t bytes) : budget_(&budget), bytes_(bytes) {}

        ~Share() {
            if (budget_) budget_->free_.fetch_add(static_cast<std::ptrdiff_t>(bytes_));
        }

        Share(Share&& other) noexcept : budget_(std::exchange(other.budget_, nullptr)), bytes_(other.bytes_) {}

        Share& operator=(Share&& other) noexcept {
            std::swap(budget_, other.budget_);
            std::swap(bytes_, other.bytes_);
            return *this;
        }

        Share(const Share&) = delete;
        Share& operator=(const Share&) = delete;

    private:
        BodyBudget* budget_ = nullptr;
        std::size_t bytes_ = 0;
    };

    // Nothing when the budget is used up.
    std::optional<Share> take(std::size_t bytes) {
        const auto wanted = static_cast<std::ptrdiff_t>(bytes);
        if (free_.fetch_sub(wanted) >= wanted) return Share{*this, bytes};
        free_.fetch_add(wanted);
        return std::nullopt;
    }

private:
    std::atomic<std::ptrdiff_t> free_;
};

}  // namespace callout::http
