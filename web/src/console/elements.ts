// The parts of Element Plus the console uses; what is not listed is not shipped.
import {
  ElAlert, ElButton, ElCheckbox, ElDatePicker, ElDialog, ElDrawer,
  ElForm, ElFormItem, ElInput, ElInputNumber, ElLoading, ElOption, ElRadioButton, ElRadioGroup,
  ElRate, ElSelect, ElTable, ElTableColumn, ElTag, ElTimeline, ElTimelineItem,
} from 'element-plus'
import 'element-plus/dist/index.css'
import type { App } from 'vue'

const elements = [
  ElAlert, ElButton, ElCheckbox, ElDatePicker, ElDialog, ElDrawer,
  ElForm, ElFormItem, ElInput, ElInputNumber, ElOption, ElRadioButton, ElRadioGroup,
  ElRate, ElSelect, ElTable, ElTableColumn, ElTag, ElTimeline, ElTimelineItem,
]

export function use_elements(app: App): void {
  for (const element of elements) app.component(element.name!, element)
  app.use(ElLoading)
}
