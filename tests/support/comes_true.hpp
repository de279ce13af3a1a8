// Waits for a condition, not for a time.
#pragma once

#include <chrono>
#include <thread>

namespace callout::test {

// Whether the condition came true before patience ended. Looks again after every pause; only a failure takes long.
template <class Condition>
bool comes_true(Condition condition, std::chrono::milliseconds pause = std::chrono::milliseconds{5}) {
    constexpr std::chrono::seconds patience{120};
    const auto give_up = std::chrono::steady_clock::now() + patience;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > give_up) return false;
        std::this_thread::sleep_for(pause);
    }
    return true;
}

}  // namespace callout::test
