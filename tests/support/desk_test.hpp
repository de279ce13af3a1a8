// A fixture whose tests share one Desk, made for the suite: to make one takes longer than most tests.
#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "tests/support/desk.hpp"

namespace callout::test {

class DeskTest : public testing::Test {
protected:
    static void SetUpTestSuite() { desk_ = std::make_unique<Desk>(); }

    static void TearDownTestSuite() { desk_.reset(); }

    static inline std::unique_ptr<Desk> desk_;
};

}  // namespace callout::test
